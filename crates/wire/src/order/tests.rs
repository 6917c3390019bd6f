//! Conversations that are allowed, and those that are not.

use super::*;
use crate::Op;

fn request(id: u32) -> FromChild {
    FromChild::Request { id, op: Op::CallTool, payload: Vec::new() }
}

fn says(messages: Vec<FromChild>) -> Result<(), OrderError> {
    let mut order = Order::default();
    messages.iter().try_for_each(|message| order.check(message))
}

#[test]
fn a_whole_conversation_is_allowed() {
    let done = FromChild::Done(Box::default());
    let output = FromChild::Output("4\n".to_owned());
    assert_eq!(says(vec![FromChild::Ready, request(1), output, request(2), done]), Ok(()));
}

#[test]
fn turns_out_of_order_are_refused() {
    let done = || FromChild::Done(Box::default());
    let output = || FromChild::Output(String::new());
    assert!(says(vec![output()]).is_err());
    assert!(says(vec![FromChild::Ready, FromChild::Ready]).is_err());
    assert!(says(vec![FromChild::Ready, request(2)]).is_err());
    assert!(says(vec![FromChild::Ready, request(1), request(1)]).is_err());
    assert!(says(vec![FromChild::Ready, done(), output()]).is_err());
    assert!(says(vec![FromChild::Ready, done(), done()]).is_err());
}

#[test]
fn another_program_may_follow_when_the_host_says_so() {
    let done = || FromChild::Done(Box::default());
    let mut order = Order::default();
    assert!(order.again().is_err());
    order.check(&FromChild::Ready).unwrap();
    assert!(order.again().is_err());
    order.check(&request(1)).unwrap();
    order.check(&done()).unwrap();
    assert!(order.check(&request(2)).is_err());
    order.again().unwrap();
    assert!(order.again().is_err());
    assert!(order.check(&FromChild::Ready).is_err());
    order.check(&FromChild::Advice(Vec::new())).unwrap();
    assert!(order.check(&request(1)).is_err(), "numbers go on rising");
    order.check(&request(2)).unwrap();
    order.check(&done()).unwrap();
    assert!(order.check(&done()).is_err());
}

#[test]
fn advice_comes_once_and_before_the_program() {
    let advice = || FromChild::Advice(Vec::new());
    let mut order = Order::default();
    assert!(order.check(&advice()).is_err());
    let mut order = Order::default();
    order.check(&FromChild::Ready).unwrap();
    assert_eq!(order.check(&advice()), Ok(()));
    assert!(order.check(&advice()).is_err());
    let mut order = Order::default();
    order.check(&FromChild::Ready).unwrap();
    order.check(&FromChild::Output("text".to_owned())).unwrap();
    assert!(order.check(&advice()).is_err());
}
