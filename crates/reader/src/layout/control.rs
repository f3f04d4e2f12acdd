//! What one presses or writes into: menus, buttons, the field at the bottom. None of it is a message.

use crate::page::Role;
use crate::scene::{Read, Scene};

use super::Bubble;

/// Words on buttons, menus and captions of message apps, as [`word`] writes them.
const WORDS: &[&str] = &[
    "复制",
    "拷贝",
    "转发",
    "删除",
    "多选",
    "收藏",
    "提醒",
    "引用",
    "翻译",
    "更多",
    "全选",
    "搜一搜",
    "编辑",
    "取消",
    "确定",
    "分享",
    "撤回",
    "回复",
    "朗读",
    "举报",
    "完成",
    "返回",
    "发送",
    "短信",
    "信息",
    "彩信",
    "短信/彩信",
    "发送短信",
    "编写短信",
    "写短信",
    "输入消息",
    "文本信息",
    "添加到通讯录",
    "加入黑名单",
    "复制验证码",
    "查看原文",
    "查看详情",
    "已送达",
    "已读",
    "未读",
    "以下为新消息",
    "以上是打招呼的内容",
    "iMessage",
    "通知类短信",
    "菜单",
    "按住说话",
    "发消息",
    "举报垃圾信息",
    "报告垃圾信息",
    "信息短信",
    "短信彩信",
];

fn word(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '…' | '.' | '>' | '›' | '<' | '·' | '•' | '|')).collect()
}

fn is_word(line: &Read) -> bool {
    let word = word(&line.text);
    word.is_empty() || WORDS.contains(&word.as_str())
}

/// Marks rows that consist of such words only, unless a bubble holds nothing else.
pub fn mark(scene: &Scene, roles: &mut [Option<Role>]) {
    for (at, line) in scene.lines.iter().enumerate() {
        if roles[at].is_some() || !is_word(line) {
            continue;
        }
        // One word in an area that hugs it is a bubble, or a button: one that others stand beside is a menu.
        let has_fellow = scene
            .lines
            .iter()
            .enumerate()
            .any(|(other, fellow)| other != at && fellow.rectangle.is_beside(&line.rectangle) && is_word(fellow));
        let is_bare = scene.panel_of(line).is_none_or(|(_, panel)| scene.share(panel.rectangle.width) > 965);
        if has_fellow || is_bare || word(&line.text).is_empty() {
            roles[at] = Some(Role::Control);
        }
    }
}

/// Drops the field to write in: one short line at the bottom, in an area much wider than the line.
pub fn drop_fields(scene: &Scene, roles: &mut [Option<Role>], bubbles: &mut Vec<Bubble>) {
    let Some(lowest) = bubbles.iter().map(|bubble| bubble.rectangle.bottom()).max() else { return };
    bubbles.retain(|bubble| {
        let [line] = bubble.lines[..] else { return true };
        let text = &scene.lines[line];
        let is_last = bubble.rectangle.bottom() == lowest;
        let is_loose = bubble.rectangle.width > text.rectangle.width * 5 / 2
            && scene.share(bubble.rectangle.width) > 450
            && text.rectangle.middle_x() < bubble.rectangle.middle_x();
        let is_field = is_last && is_loose && (is_word(text) || text.text.chars().count() <= 6);
        if is_field {
            roles[line] = Some(Role::Control);
        }
        !is_field
    });
}
