# features: sqlite3, files; oracle: cpython
import sqlite3

db = sqlite3.connect(":memory:")
db.row_factory = sqlite3.Row
db.executescript("""
create table users (id integer primary key, name text not null unique, born date);
create table orders (id integer primary key, user_id int references users(id), total real, status text default 'new');
""")
db.executemany("insert into users (name, born) values (?, ?)", [("ann", "1990-01-01"), ("bob", None), ("cy", "2001-05-05")])
with db:
    db.executemany("insert into orders (user_id, total, status) values (:u, :t, :s)", [{"u": 1, "t": 10.5, "s": "paid"}, {"u": 1, "t": 20, "s": "new"}, {"u": 2, "t": 5.25, "s": "paid"}])
for row in db.execute("select u.name, count(o.id) n, coalesce(sum(o.total), 0) total from users u left join orders o on o.user_id = u.id group by u.id order by total desc"):
    print(dict(row), row["name"], tuple(row))
try:
    with db:
        db.execute("update users set name = 'zed' where id = 1")
        db.execute("insert into users (name) values ('bob')")
except sqlite3.IntegrityError as error:
    print("IntegrityError:", error)
print(db.execute("select name from users where id = 1").fetchone()["name"], db.total_changes)
db.create_function("shout", 1, lambda s: s.upper() + "!")
print([r[0] for r in db.execute("select shout(name) from users order by 1")])
cur = db.execute("with recursive c(n) as (select 1 union all select n + 1 from c where n < 5) select group_concat(n, ',') from c")
print(cur.fetchone()[0], [d[0] for d in db.execute("select 1 as one, 'x' as two").description])
print(db.execute("select name, row_number() over (order by name desc) rank from users").fetchall()[0]["rank"], db.execute("select json_extract('{\"a\":[1,2]}', '$.a[1]')").fetchone()[0])
try:
    db.execute("select * from nope")
except sqlite3.OperationalError as error:
    print(error)
db.close()
