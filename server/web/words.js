// What the page says, in Chinese and English. A change of what the `consent…` words say is a new
// version: `WORDING` here and `CONSENT_WORDING` in protocol/call.py change together.

export const WORDING = '2026-11-27';

const zh = {
  sharedScreen: '{name}的屏幕',
  sharedWindow: '{name}的窗口',
  sharedDevice: '{name}的设备画面',
  sharedTitle: '{name}的{title}',
  sharedEnlarge: '原始大小',
  sharedFit: '完整画面',
  title: '远程会诊',
  brand: '远程会诊',
  otherLanguage: 'English',
  opening: '正在打开邀请…',
  invites: '{name}邀请您参加视频会诊',
  asName: '您的称呼',
  validUntil: '链接有效期至',
  consentHeading: '加入前请您了解',
  consentWho: '您的画面和声音只传送给本次会诊中列名的医生及其邀请的人员；他们的姓名会显示在画面上。',
  consentEncrypted: '画面和声音在传输中全程加密。',
  consentRecording: '不录音、不录像，除非所有参加者都明确同意。',
  consentNeeds: '需要允许浏览器使用摄像头和麦克风；也可以只用声音参加。建议连接无线网络，并保持电量充足。',
  consentRefuse: '您可以不同意：点“不参加”或直接关闭本页，不会传送任何画面和声音，也不影响您的诊疗；您也可以随时挂断。',
  consentTick: '我已了解并同意以画面和声音参加本次会诊',
  consentMissing: '请先勾选“我已了解并同意”，再加入会诊。',
  joinBoth: '用画面和声音加入',
  joinSound: '只用声音加入',
  refuse: '不参加',
  refusedHeading: '您没有参加会诊',
  refusedText: '没有传送任何画面和声音，邀请仍然有效。',
  refusedMend: '您可以关闭本页，并告诉邀请您的医生；如果改变主意，请在有效期内再次打开链接。',
  back: '返回邀请',
  again: '重试',
  rejoin: '回到会诊',
  usedHeading: '这个邀请已经用过了',
  usedText: '每个邀请链接只能使用一次，{name}发出的这个链接已被使用。',
  usedMend: '如果您已在另一个窗口或手机上加入，请回到那里；否则请联系医生，索取新的链接。',
  expiredHeading: '这个邀请已经过期',
  expiredText: '{name}发出的链接有效期至{until}。',
  expiredMend: '请联系医生，索取新的链接。',
  endedHeading: '会诊已经结束',
  endedText: '这个邀请对应的视频会诊已经结束。',
  endedMend: '如果还需要通话，请联系医生，索取新的链接。',
  wrongHeading: '打不开这个邀请',
  wrongText: '链接不完整，或者不是本系统发出的。',
  wrongMend: '请从短信或微信中完整地打开链接，或重新扫描二维码；仍然不行时，请联系医生索取新的链接。',
  waitHeading: '请稍候再试',
  waitText: '尝试次数过多。',
  waitMend: '请等待 {count} 秒后重试。',
  offlineHeading: '连接不上服务器',
  offlineText: '网络可能已断开，邀请没有被用掉。',
  offlineMend: '请检查手机的网络，然后点“重试”。',
  staleHeading: '页面已经更新',
  staleText: '同意说明有了新的版本，邀请没有被用掉。',
  staleMend: '请点“重试”，阅读新的说明后再加入。',
  tooOldHeading: '这里打不开视频',
  tooOldText: '当前的应用或浏览器不支持视频通话，邀请没有被用掉。',
  tooOldMend: '请点右上角的菜单，选择“在浏览器打开”；或复制链接，用手机自带的浏览器打开。',
  copyLink: '复制链接',
  copied: '已复制',
  leftHeading: '您已挂断',
  leftText: '画面和声音已停止传送。',
  leftMend: '如果是误触，可以回到会诊；否则可以关闭本页。',
  overHeading: '会诊已结束',
  overText: '医生已结束会诊，画面和声音已停止传送。',
  overMend: '您可以关闭本页。如果还有问题，请联系您的医生。',
  ticketHeading: '本次通话的时限已到',
  ticketText: '一个邀请在限定时间内有效，画面和声音已停止传送。',
  ticketMend: '如果还需要通话，请联系医生，索取新的链接。',
  asking: '请在浏览器的提示中选择“允许”，以便使用摄像头和麦克风…',
  refusedBoth: '浏览器没有得到使用麦克风和摄像头的允许。',
  refusedAudio: '浏览器没有得到使用麦克风的允许，医生听不到您。',
  refusedVideo: '浏览器没有得到使用摄像头的允许，医生看不到您。',
  missingBoth: '没有找到麦克风和摄像头。',
  missingAudio: '没有找到麦克风，医生听不到您。',
  missingVideo: '没有找到摄像头，医生看不到您。',
  busyBoth: '麦克风和摄像头正被其他程序使用。',
  busyAudio: '麦克风正被其他程序使用，医生听不到您。',
  busyVideo: '摄像头正被其他程序使用，医生看不到您。',
  mendRefused: '请点地址栏左侧的图标（或系统设置中的浏览器权限），允许使用后重试。',
  mendMissing: '请接好设备后重试，或换一台有设备的手机。',
  mendBusy: '请关闭微信通话、相机等正在使用它的程序后重试。',
  devicesHeading: '麦克风或摄像头不能用',
  joinAnyway: '仍然加入',
  microphoneOff: '关闭麦克风',
  microphoneOn: '打开麦克风',
  cameraOff: '关闭摄像头',
  cameraOn: '打开摄像头',
  turn: '切换摄像头',
  hangUp: '挂断',
  close: '知道了',
  controls: '通话按钮',
  ownPicture: '您的画面',
  ownCameraOff: '摄像头已关',
  ownMuted: '麦克风已关',
  startSound: '点这里打开声音',
  connecting: '正在连接…',
  waiting: '正在等待医生…请不要关闭本页',
  doctorsLeft: '医生已离开，正在等待医生回来…',
  inCall: '通话中：{names}',
  reconnecting: '网络中断，正在重新连接…',
  peerConnecting: '正在连接{name}…',
  peerReconnecting: '与{name}的连接中断，正在重新连接…',
  peerNoPicture: '{name}暂时没有画面，声音仍可继续',
  peerSilent: '{name}的画面和声音都没有传来',
  deviceLost: '设备已断开或被其他程序占用，请重新打开。',
};

const en = {
  sharedScreen: 'Screen of {name}',
  sharedWindow: 'Window of {name}',
  sharedDevice: 'Device of {name}',
  sharedTitle: '{title} of {name}',
  sharedEnlarge: 'Enlarge',
  sharedFit: 'Whole picture',
  title: 'Remote consultation',
  brand: 'Remote consultation',
  otherLanguage: '中文',
  opening: 'Opening the invitation…',
  invites: '{name} invites you to a video consultation',
  asName: 'Your name here',
  validUntil: 'The link holds until',
  consentHeading: 'Before you join',
  consentWho: 'Your picture and sound go only to the doctors named in this consultation and those they have invited; their names stand on their pictures.',
  consentEncrypted: 'Picture and sound are encrypted all the way.',
  consentRecording: 'Nothing is recorded unless everybody who takes part agrees to it.',
  consentNeeds: 'The browser must be allowed to use camera and microphone; you may also join with sound only. Wi-Fi and a charged battery are best.',
  consentRefuse: 'You may say no: choose “Do not join” or close this page. Nothing is sent then and your treatment does not depend on it. You can hang up at any time.',
  consentTick: 'I have understood this and agree to take part with picture and sound',
  consentMissing: 'Tick “I have understood this and agree” first, then join.',
  joinBoth: 'Join with picture and sound',
  joinSound: 'Join with sound only',
  refuse: 'Do not join',
  refusedHeading: 'You have not joined',
  refusedText: 'No picture and no sound were sent, and the invitation still holds.',
  refusedMend: 'You may close this page and tell the doctor who invited you. If you change your mind, open the link again while it holds.',
  back: 'Back to the invitation',
  again: 'Try again',
  rejoin: 'Return to the call',
  usedHeading: 'This invitation was used already',
  usedText: 'A link is good for one use, and this one from {name} has been used.',
  usedMend: 'If you joined in another window or on another phone, go back there; otherwise ask the doctor for a new link.',
  expiredHeading: 'This invitation has run out',
  expiredText: 'The link from {name} held until {until}.',
  expiredMend: 'Ask the doctor for a new link.',
  endedHeading: 'The consultation is over',
  endedText: 'The video consultation of this invitation has ended.',
  endedMend: 'If you still need to talk, ask the doctor for a new link.',
  wrongHeading: 'This invitation cannot be opened',
  wrongText: 'The link is not complete, or it is not one of this system.',
  wrongMend: 'Open the whole link from the message, or scan the code again. If that does not help, ask the doctor for a new link.',
  waitHeading: 'Please wait a moment',
  waitText: 'There were too many tries.',
  waitMend: 'Try again in {count} seconds.',
  offlineHeading: 'The server cannot be reached',
  offlineText: 'The network may be down. The invitation has not been used up.',
  offlineMend: 'Check the connection of your phone, then choose “Try again”.',
  staleHeading: 'The page has changed',
  staleText: 'There are newer words to agree to. The invitation has not been used up.',
  staleMend: 'Choose “Try again”, read the new words, then join.',
  tooOldHeading: 'Video does not work here',
  tooOldText: 'This app or browser cannot make video calls. The invitation has not been used up.',
  tooOldMend: 'Choose “Open in browser” from the menu, or copy the link and open it in your phone’s own browser.',
  copyLink: 'Copy the link',
  copied: 'Copied',
  leftHeading: 'You have hung up',
  leftText: 'Picture and sound are no longer sent.',
  leftMend: 'If that was a slip you can return to the call; otherwise close this page.',
  overHeading: 'The consultation has ended',
  overText: 'The doctors have ended the call. Picture and sound are no longer sent.',
  overMend: 'You may close this page. If you have questions, ask your doctor.',
  ticketHeading: 'The time for this call is over',
  ticketText: 'An invitation holds for a limited time. Picture and sound are no longer sent.',
  ticketMend: 'If you still need to talk, ask the doctor for a new link.',
  asking: 'Choose “Allow” when the browser asks for camera and microphone…',
  refusedBoth: 'The browser was not allowed to use microphone and camera.',
  refusedAudio: 'The browser was not allowed to use the microphone: the doctors do not hear you.',
  refusedVideo: 'The browser was not allowed to use the camera: the doctors do not see you.',
  missingBoth: 'No microphone and no camera were found.',
  missingAudio: 'No microphone was found: the doctors do not hear you.',
  missingVideo: 'No camera was found: the doctors do not see you.',
  busyBoth: 'Another program is using microphone and camera.',
  busyAudio: 'Another program is using the microphone: the doctors do not hear you.',
  busyVideo: 'Another program is using the camera: the doctors do not see you.',
  mendRefused: 'Tap the sign left of the address (or the browser’s permissions in the system settings), allow it, then try again.',
  mendMissing: 'Connect one and try again, or use a phone that has one.',
  mendBusy: 'Close the call or camera program that uses it, then try again.',
  devicesHeading: 'Microphone or camera cannot be used',
  joinAnyway: 'Join anyway',
  microphoneOff: 'Microphone off',
  microphoneOn: 'Microphone on',
  cameraOff: 'Camera off',
  cameraOn: 'Camera on',
  turn: 'Switch camera',
  hangUp: 'Hang up',
  close: 'Got it',
  controls: 'Call controls',
  ownPicture: 'Your picture',
  ownCameraOff: 'Camera is off',
  ownMuted: 'Microphone is off',
  startSound: 'Tap here for sound',
  connecting: 'Connecting…',
  waiting: 'Waiting for the doctor… keep this page open',
  doctorsLeft: 'The doctors have left. Waiting for them to come back…',
  inCall: 'In a call with {names}',
  reconnecting: 'The network is interrupted. Connecting again…',
  peerConnecting: 'Connecting to {name}…',
  peerReconnecting: 'The connection to {name} is interrupted. Connecting again…',
  peerNoPicture: 'No picture from {name} for now; sound goes on',
  peerSilent: 'Neither picture nor sound comes from {name}',
  deviceLost: 'The device was disconnected or taken by another program. Turn it on again.',
};

export const all = { zh, en };

function preferred() {
  for (const tag of navigator.languages ?? [navigator.language ?? '']) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language in all) return language;
  }
  return 'zh';
}

let language = preferred();

/** `zh` or `en`. */
export function spoken() {
  return language;
}

export function speakOther() {
  language = language === 'zh' ? 'en' : 'zh';
}

/** The words of a key with {names} filled in; an unknown key is a fault of the page. */
export function say(key, values = {}) {
  const text = all[language][key];
  if (text === undefined) throw new Error(`no words for ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A moment in the reader's zone: 2026-11-21 14:05. */
export function moment(iso) {
  const at = new Date(iso);
  const two = (number) => String(number).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Names as a list of the language. */
export function listed(names) {
  return names.join(language === 'zh' ? '、' : ', ');
}
