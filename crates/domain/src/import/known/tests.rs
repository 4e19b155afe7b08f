use super::*;
use crate::{
    id::TenantId,
    import::{RowKind, judge},
    locale::Locale,
    user::{Role, UserState},
};

const HEADER: &str = "氏名,よみ,姓(ローマ字),名(ローマ字),ログイン名,メール,グループ,メモ,役割,言語\n";

fn file(text: &str) -> JudgedFile {
    judge(text.as_bytes()).expect("reads")
}

/// A person as such a row makes one.
fn person(octet: u8, row: &str) -> User {
    let judged = file(&format!("{HEADER}{row}\n"));
    let row = judged.rows[0].verdict.clone().expect("a good row");
    User {
        id: UserId::from_slice(&[octet; 16]).expect("an id"),
        tenant: TenantId::from_slice(&[9; 16]).expect("an id"),
        role: row.role.unwrap_or(Role::User),
        login_name: row.login_name,
        display_name: row.display_name,
        reading: row.reading,
        roman_name: Some(row.roman_name),
        email: row.email,
        proved_email: None,
        groups: row.groups,
        note: row.note.replace('\n', "\r\n"),
        locale: row.locale.unwrap_or(Locale::Ja),
        state: UserState::Active,
        suspend_at: None,
    }
}

fn compared(text: &str, users: &[User]) -> Vec<JudgedRow> {
    let mut judged = file(text);
    let names = Names::of(&judged);
    for user in users {
        judged.compare(&names, user);
    }
    judged.rows
}

fn taro() -> User {
    person(
        1,
        "山田 太郎,やまだ,Yamada,Taro,taro,Taro@sample.example,\"sales,tokyo\",\"a\nb\",運用管理者,英語",
    )
}

#[test]
fn a_row_that_says_what_is_on_record_changes_nothing() {
    for row in [
        "山田 太郎,やまだ,Yamada,Taro,TARO,taro@SAMPLE.example,tokyo sales,\"a\nb\",administrator,en",
        "山田 太郎,やまだ,Yamada,Taro,taro,taro@sample.example,\"sales,tokyo\",\"a\r\nb\",,",
    ] {
        let rows = compared(&format!("{HEADER}{row}\n"), &[taro()]);
        assert_eq!((rows[0].kind(), rows[0].changes()), (RowKind::Same, &[][..]), "{row}");
    }
    let few =
        "氏名,family_name,given_name,login_name,email\n山田 太郎,Yamada,Taro,taro,taro@sample.example\n";
    let rows = compared(few, &[taro()]);
    assert_eq!(rows[0].kind(), RowKind::Same, "a column that is not there says nothing");
    assert_eq!(rows[0].verdict.as_ref().expect("good").groups.len(), 2, "what is on record stays");
}

#[test]
fn each_cell_that_differs_is_told_with_what_is_on_record() {
    let row = "山田 太郎,,Yamada,Taro,taro,taro@sample.example,\"dev,tokyo\",\"a\nb\",利用者,\n";
    let rows = compared(&format!("{HEADER}{row}"), &[taro()]);
    let told: Vec<_> = rows[0].changes().iter().collect();
    let told: Vec<_> = told.iter().map(|it| (it.column, it.from.as_str(), it.to.as_str())).collect();
    assert_eq!(
        told,
        [
            (Column::Reading, "やまだ", ""),
            (Column::Groups, "sales, tokyo", "dev, tokyo"),
            (Column::Role, "administrator", "user"),
        ]
    );
    assert_eq!(rows[0].kind(), RowKind::Change);
}

#[test]
fn the_names_of_two_people_or_one_name_alone_stay_refused() {
    let jiro = person(2, "次郎,,Suzuki,Jiro,jiro,jiro@sample.example,,,,");
    let rows = "A,,A,A,taro,jiro@sample.example,,,,\nB,,B,B,b,taro@sample.example,,,,\n";
    for people in [[taro(), jiro.clone()], [jiro, taro()]] {
        let rows = compared(&format!("{HEADER}{rows}"), &people);
        let columns = |row: &JudgedRow| {
            let refused = row.verdict.as_ref().expect_err("is refused");
            assert!(refused.errors.iter().all(|error| error.error == CellError::Taken));
            refused.errors.iter().map(|error| error.column).collect::<Vec<_>>()
        };
        assert_eq!(columns(&rows[0]), [Column::LoginName, Column::Email]);
        assert_eq!(columns(&rows[1]), [Column::Email]);
    }
}

#[test]
fn a_change_touches_nothing_else_and_gives_way_to_a_later_one() {
    let row = "山田 太郎,やまだ,Yamada,Taro,taro,taro@sample.example,dev,\"a\nb\",,\n";
    let rows = compared(&format!("{HEADER}{row}"), &[taro()]);
    let (known, sent) = (rows[0].known.as_ref().expect("known"), rows[0].verdict.as_ref().expect("good"));

    let present = User { note: "written since".into(), ..taro() };
    let new = known.applied(sent, &present).expect("the group is as it was");
    assert_eq!(
        (new.note.as_str(), new.role, new.locale),
        ("written since", Some(Role::Administrator), Some(Locale::En))
    );
    assert_eq!(new.groups.iter().map(crate::user::GroupKey::as_str).collect::<Vec<_>>(), ["dev"]);

    let present = User { groups: Vec::new(), ..taro() };
    let moved = CellError::Moved { on_record: String::new() };
    let errors = known.applied(sent, &present).expect_err("somebody took the groups away");
    assert_eq!(errors, [RowError { column: Column::Groups, error: moved }]);

    let renamed =
        User { login_name: crate::login_name::LoginName::parse("taro2").expect("a name"), ..taro() };
    let errors = known.applied(sent, &renamed).expect_err("has another login name");
    assert_eq!(errors[0].column, Column::LoginName);
}
