// For browsers that know no modules: they are told so.
document.getElementById('openingWords').textContent =
  '这个浏览器太旧，打不开这个页面。请更新系统后用自带的浏览器打开链接。 ' +
  'This browser is too old for this page: update it, or open the link in another one.';
