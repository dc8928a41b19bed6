// For browsers that know no modules: they cannot take part, and are told so.
document.getElementById('openingWords').textContent =
  '这个浏览器太旧，无法参加视频会诊。请更新系统后用自带的浏览器打开链接。 ' +
  'This browser is too old for a video call: update it, or open the link in another one.';
