use super::*;
use crate::import::{CellError, judge};

const HEADER: &str = "氏名,family_name,given_name,login_name,email,role,locale\n";

fn summary(rows: &str) -> FileSummary {
    FileSummary::of(&judge(format!("{HEADER}{rows}").as_bytes()).expect("reads"))
}

#[test]
fn rows_with_one_cause_are_counted_together_the_most_frequent_first() {
    let foreign = (0..300).map(|number| format!("B,B,B,b{number},b{number}@sample.example,,独\n"));
    let told = summary(&format!("A,Ä,A,a,a@sample.example,,\n{}", foreign.collect::<String>()));
    let causes: Vec<_> =
        told.causes.iter().map(|cause| (cause.error.column, cause.rows, cause.lines.clone())).collect();
    assert_eq!(causes, [(Column::Locale, 300, vec![3, 4, 5, 6, 7]), (Column::RomanFamilyName, 1, vec![2])]);
    assert_eq!(told.causes[1].error.error, CellError::CertificateLetter('Ä'));
    let refusal = told.causes[0].refusal().expect("a refusal");
    assert_eq!((refusal.field, refusal.code()), (Some("locale"), Code::LanguageUnknown));
}

#[test]
fn new_administrators_and_auditors_are_named() {
    let rows = "佐藤 裕美子,Sato,Yumiko,sato,sato@sample.example,管理者,\n\
                監査 一郎,Kansa,Ichiro,kansa,kansa@sample.example,監査者,\n\
                山田,Yamada,Taro,taro,taro@sample.example,,\n\
                壊,Ü,X,x,x@sample.example,管理者,\n";
    let told = summary(rows);
    let named: Vec<_> = told
        .promotions(false)
        .map(|promotion| (promotion.role, promotion.people, promotion.names.join(",")))
        .collect();
    assert_eq!(
        named,
        [(Role::Administrator, 1, "佐藤 裕美子".to_owned()), (Role::Auditor, 1, "監査 一郎".to_owned())]
    );
}
