use super::*;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_core::Rng;

#[test]
fn each_of_the_usual_spellings_of_a_name_is_one_spelling() {
    for (one, other) in [
        ("高橋", "髙橋"),
        ("高橋", "髙槗"),
        ("山崎", "山﨑"),
        ("浜田", "濵田"),
        ("渡辺", "渡邉"),
        ("渡辺", "渡邊\u{e0100}"),
        ("斉藤", "齋藤"),
        ("佐々木", "佐佐木"),
        ("市ヶ谷", "市ケ谷"),
        ("たかはし", "タカハシ"),
        ("たかはし", "ﾀｶﾊｼ"),
        ("ごとう", "ｺﾞﾄｳ"),
        ("ごとう", "コ゛トウ"),
        ("taro sato", "  ＴＡＲＯ　Ｓato "),
        ("muller", "Müller"),
        ("ルーシー", "ルｰシー"),
    ] {
        assert_eq!(folded(one), folded(other), "{one} {other}");
    }
    assert_ne!(folded("はら"), folded("ばら"), "voiced kana count");
    assert_ne!(folded("きよう"), folded("きょう"), "small kana count");
}

/// The pieces of names, each in spellings that count as the same.
const PIECES: [&[&str]; 14] = [
    &["高", "髙", "髙\u{e0100}"],
    &["崎", "﨑", "嵜"],
    &["か", "カ", "ｶ"],
    &["が", "ガ", "ｶﾞ", "か\u{3099}", "カ゛"],
    &["ぱ", "パ", "ﾊﾟ", "ハ\u{309a}"],
    &["ー", "ｰ", "-", "―", "－"],
    &["っ", "ッ", "ｯ"],
    &["a", "A", "Ａ", "ａ", "á", "A\u{301}"],
    &["z", "Z", "ｚ"],
    &["9", "９"],
    &["々", "々"],
    &[" ", "　", "  ", " \u{200b} "],
    &["", "\u{200b}", "\u{ad}"],
    &["ö", "Ö", "o\u{308}", "o"],
];

#[test]
fn any_spelling_of_a_name_is_spelled_the_same_and_its_spelling_stays() {
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    let mut below = |end: usize| (rng.next_u32() as usize) % end;
    for _ in 0..5_000 {
        let pieces: Vec<usize> = (0..=below(8)).map(|_| below(PIECES.len())).collect();
        let mut spelled = || pieces.iter().map(|piece| PIECES[*piece][below(PIECES[*piece].len())]).collect();
        let (one, other): (String, String) = (spelled(), spelled());
        assert_eq!(folded(&one), folded(&other), "{one:?} {other:?}");
        assert_eq!(folded(&folded(&one)), folded(&one), "{one:?}");
    }
}

#[test]
fn letters_of_any_script_keep_their_spelling_once_spelled() {
    let letters = ('\u{1}'..=char::MAX).filter(|letter| !matches!(letter, '\u{e000}'..='\u{f8ff}'));
    for letter in letters.step_by(7) {
        let once = folded(&format!("a{letter}b"));
        assert_eq!(folded(&once), once, "{letter:?}");
    }
}
