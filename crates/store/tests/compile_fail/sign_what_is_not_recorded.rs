//! A written-down value is signed after its commit: only the store makes a `Recorded`.

use store::{Recorded, ToRecord};

fn recorded<T>(to_record: ToRecord<T>) -> Recorded<T> {
    Recorded(to_record.0)
}

fn main() {}
