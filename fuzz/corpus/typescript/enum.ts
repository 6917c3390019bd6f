enum E { A = 1, B = A << 1, C = "x".length }
const enum F { Q }
E.A + F.Q