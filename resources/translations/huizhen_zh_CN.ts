<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AbsentBody</name>
    <message>
        <source>Say who was absent.</source>
        <translation>请说明谁未到场。</translation>
    </message>
    <message>
        <source>The doctor of the clinic was absent</source>
        <translation>基层医生未到场</translation>
    </message>
    <message>
        <source>The patient was absent</source>
        <translation>患者未到场</translation>
    </message>
    <message>
        <source>The expert was absent</source>
        <translation>专家未到场</translation>
    </message>
    <message>
        <source>The connection failed on both sides</source>
        <translation>双方网络连接失败</translation>
    </message>
    <message>
        <source>Who was absent</source>
        <translation>未到场者</translation>
    </message>
    <message>
        <source>What is known</source>
        <translation>已知情况</translation>
    </message>
</context>
<context>
    <name>AdministrationPage</name>
    <message>
        <source>Administration</source>
        <translation>系统管理</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Institutions</source>
        <translation>机构</translation>
    </message>
    <message>
        <source>Agreements</source>
        <translation>合作协议</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Institution</source>
        <translation>机构</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Clinic</source>
        <translation>诊所</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>医院</translation>
    </message>
    <message>
        <source>From</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>截止</translation>
    </message>
    <message>
        <source>New temporary password</source>
        <translation>生成临时密码</translation>
    </message>
    <message>
        <source>Add this institution</source>
        <translation>添加此机构</translation>
    </message>
    <message>
        <source>Add this agreement</source>
        <translation>添加此协议</translation>
    </message>
    <message>
        <source>End this agreement</source>
        <translation>终止此协议</translation>
    </message>
    <message>
        <source>Add a person</source>
        <translation>添加人员</translation>
    </message>
    <message>
        <source>Name of the institution</source>
        <translation>机构名称</translation>
    </message>
    <message>
        <source>Enable again</source>
        <translation>重新启用</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Second factor</source>
        <translation>第二因素</translation>
    </message>
    <message>
        <source>Reset second factor</source>
        <translation>重置第二因素</translation>
    </message>
    <message>
        <source>{name} can then sign in with the password alone, and is signed out everywhere. Do it only when you know that it is {name} who asks.</source>
        <translation>此后{name}仅凭密码即可登录，并将在所有设备上退出。只有确认是{name}本人提出时才可重置。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Where they are told of critical findings and cases</source>
        <translation>危急值和病例的通知方式</translation>
    </message>
</context>
<context>
    <name>AllSessions</name>
    <message>
        <source>Sessions</source>
        <translation>登录会话</translation>
    </message>
    <message>
        <source>Sign out there</source>
        <translation>退出该设备</translation>
    </message>
    <message>
        <source>Sign this person out everywhere</source>
        <translation>退出此人的所有设备</translation>
    </message>
    <message>
        <source>Check the network, then try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>Nobody is signed in</source>
        <translation>当前无人登录</translation>
    </message>
    <message>
        <source>The sessions could not be read</source>
        <translation>无法读取登录会话</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>{name} is signed out on every device. What is written there stays saved.</source>
        <translation>{name}将在所有设备上退出登录，已书写的内容会保留。</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>AppointmentBody</name>
    <message>
        <source>Choose a time to come.</source>
        <translation>请选择将来的时间。</translation>
    </message>
    <message>
        <source>Day and time</source>
        <translation>日期和时间</translation>
    </message>
    <message>
        <source>Time of this computer ({zone})</source>
        <translation>本机时间（{zone}）</translation>
    </message>
    <message>
        <source>Choose a time within {days} days.</source>
        <translation>请选择 {days} 天以内的时间。</translation>
    </message>
</context>
<context>
    <name>AskedList</name>
    <message>
        <source>The expert asks for</source>
        <translation>专家要求补充的资料</translation>
    </message>
    <message>
        <source>Add images below. Tick what you have added, or answer in words; also what cannot be had. Then send the case again: the expert has it at once.</source>
        <translation>请在下方添加影像。已补充的请勾选，或用文字答复；无法提供的也请写明。然后重新发送，专家会立即收到。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>答复</translation>
    </message>
    <message>
        <source>Answer: {item}</source>
        <translation>答复：{item}</translation>
    </message>
</context>
<context>
    <name>AuditAlerts</name>
    <message>
        <source>What to look at of the last day</source>
        <translation>最近一天需关注的事项</translation>
    </message>
    <message>
        <source>Nothing to look at</source>
        <translation>没有需关注的事项</translation>
    </message>
    <message>
        <source>The alerts could not be read</source>
        <translation>无法读取提醒</translation>
    </message>
    <message>
        <source>Check the network, then try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Emergency accesses, many wrong passwords, who reads many cases in a short time, changed roles, new ways to sign in and a touched trail stand here for a day.</source>
        <translation>紧急访问、多次密码错误、短时间内大量阅读病例、角色变更、登录方式变更以及审计记录被改动的情况会在此显示一天。</translation>
    </message>
</context>
<context>
    <name>AuditPage</name>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>提醒</translation>
    </message>
    <message>
        <source>Search the trail</source>
        <translation>检索审计记录</translation>
    </message>
</context>
<context>
    <name>AuditSearch</name>
    <message>
        <source>Who (user name, or part of the name)</source>
        <translation>人员（用户名或姓名的一部分）</translation>
    </message>
    <message>
        <source>Number of the case</source>
        <translation>会诊编号</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>What</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间范围</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Only what was refused or failed</source>
        <translation>仅显示被拒绝或失败的</translation>
    </message>
    <message>
        <source>Lines of the audit trail</source>
        <translation>审计记录</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>检索</translation>
    </message>
    <message>
        <source>Show older ones</source>
        <translation>显示更早的记录</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>未找到记录</translation>
    </message>
    <message>
        <source>Ask for less, or for a longer time.</source>
        <translation>请减少条件或扩大时间范围。</translation>
    </message>
    <message>
        <source>The trail could not be read</source>
        <translation>无法读取审计记录</translation>
    </message>
    <message>
        <source>Check the network, then try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Time: when the server noted it. An export told later says when it began.</source>
        <translation>时间指服务器记录的时间；补报的导出会注明其开始时间。</translation>
    </message>
</context>
<context>
    <name>BoardPage</name>
    <message>
        <source>No network: the board may be old.</source>
        <translation>网络中断：看板内容可能不是最新的。</translation>
    </message>
    <message>
        <source>Open cases: {n}</source>
        <translation>在办会诊：{n}</translation>
    </message>
    <message>
        <source>{n} of {total} open cases</source>
        <translation>在办会诊 {total} 例中的 {n} 例</translation>
    </message>
    <message>
        <source>Board</source>
        <translation>调度看板</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>Urgency</source>
        <translation>紧急程度</translation>
    </message>
    <message>
        <source>Search the board</source>
        <translation>在看板中查找</translation>
    </message>
    <message>
        <source>Number, clinic, expert</source>
        <translation>编号、机构、专家</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Every urgency</source>
        <translation>所有紧急程度</translation>
    </message>
    <message>
        <source>No open cases</source>
        <translation>没有在办会诊</translation>
    </message>
    <message>
        <source>Every case is done. New ones appear here by themselves.</source>
        <translation>所有会诊均已办结，新的会诊会自动出现在这里。</translation>
    </message>
    <message>
        <source>The board could not be read</source>
        <translation>看板读取失败</translation>
    </message>
    <message>
        <source>Check the network. It is read again by itself when it is back.</source>
        <translation>请检查网络，恢复后会自动重新读取。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Every department</source>
        <translation>所有科室</translation>
    </message>
</context>
<context>
    <name>BoardSide</name>
    <message>
        <source>Choose a case to see who can take it, or drag it onto an expert.</source>
        <translation>选择一例会诊可查看谁能接诊，也可以把它拖到某位专家上。</translation>
    </message>
    <message>
        <source>Looking for who can take it…</source>
        <translation>正在查找能接诊的专家…</translation>
    </message>
    <message>
        <source>Who can take it could not be read. Press F5 to try again.</source>
        <translation>候选专家读取失败，请按 F5 重试。</translation>
    </message>
    <message>
        <source>Best first. Return assigns; the others stand below with reasons.</source>
        <translation>按匹配度排列，回车即派单；不符合条件者列在下方并注明原因。</translation>
    </message>
    <message>
        <source>Assign to {name}</source>
        <translation>派给{name}</translation>
    </message>
    <message>
        <source>Assign</source>
        <translation>派单</translation>
    </message>
    <message>
        <source>Ring as well</source>
        <translation>同时呼叫</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>收回</translation>
    </message>
    <message>
        <source>Stop ringing</source>
        <translation>停止呼叫</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>退回申请</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
</context>
<context>
    <name>BreakGlassWindow</name>
    <message>
        <source>Open a case in an emergency</source>
        <translation>紧急情况下打开病例</translation>
    </message>
    <message>
        <source>Only when a patient would come to harm otherwise. You take no part in the case: you can read it for a limited time and change nothing. Its doctors, the security officers and the auditors are told at once who opened it, and why.</source>
        <translation>仅在患者否则会受到伤害时使用。您未参与此病例：可在限定时间内阅读，但不能更改。病例的医生、安全员和审计员会立即得知打开者及原因。</translation>
    </message>
    <message>
        <source>Number of the case</source>
        <translation>会诊编号</translation>
    </message>
    <message>
        <source>Why it has to be you, now</source>
        <translation>必须由您现在查看的原因</translation>
    </message>
    <message>
        <source>Open the case; I answer for it</source>
        <translation>打开病例，由我负责</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A number such as CONS-20260105-0042.</source>
        <translation>编号格式如 CONS-20260105-0042。</translation>
    </message>
    <message>
        <source>Say it in at least {n} characters.</source>
        <translation>请至少填写 {n} 个字。</translation>
    </message>
</context>
<context>
    <name>CallBar</name>
    <message>
        <source>Join the call</source>
        <translation>加入通话</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>呼叫</translation>
    </message>
    <message>
        <source>The pictures are over the images or on a whole screen.</source>
        <translation>通话画面已移到影像上方或全屏窗口。</translation>
    </message>
</context>
<context>
    <name>CallCheckWindow</name>
    <message>
        <source>Check the call</source>
        <translation>通话检测</translation>
    </message>
    <message>
        <source>Say something while the microphone is checked.</source>
        <translation>检测麦克风时请说几句话。</translation>
    </message>
    <message>
        <source>Progress of the check</source>
        <translation>检测进度</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检测</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>CallControls</name>
    <message>
        <source>Hang up</source>
        <translation>挂断</translation>
    </message>
    <message>
        <source>Write in the chat</source>
        <translation>发送文字消息</translation>
    </message>
    <message>
        <source>Write in the chat: new message</source>
        <translation>发送文字消息：有新消息</translation>
    </message>
    <message>
        <source>Microphone off</source>
        <translation>关闭麦克风</translation>
    </message>
    <message>
        <source>Camera off</source>
        <translation>关闭摄像头</translation>
    </message>
    <message>
        <source>To the next screen</source>
        <translation>移到下一个屏幕</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>Invite somebody</source>
        <translation>邀请他人</translation>
    </message>
    <message>
        <source>How loud your microphone is</source>
        <translation>麦克风音量</translation>
    </message>
    <message>
        <source>Call beside the case</source>
        <translation>通话画面放在病例旁</translation>
    </message>
    <message>
        <source>Call over the images</source>
        <translation>通话画面浮于影像上方</translation>
    </message>
    <message>
        <source>Call on the whole screen</source>
        <translation>通话全屏显示</translation>
    </message>
    <message>
        <source>Stop sharing</source>
        <translation>停止共享</translation>
    </message>
    <message>
        <source>Share a screen or a device</source>
        <translation>共享屏幕或设备</translation>
    </message>
</context>
<context>
    <name>CallQuestion</name>
    <message>
        <source>You are in a call</source>
        <translation>您正在通话中</translation>
    </message>
    <message>
        <source>The call belongs to another case. Opening this one ends it for you.</source>
        <translation>通话属于另一个病例。打开此病例，您将退出通话。</translation>
    </message>
    <message>
        <source>End the call and open</source>
        <translation>结束通话并打开</translation>
    </message>
    <message>
        <source>Stay in the call</source>
        <translation>继续通话</translation>
    </message>
</context>
<context>
    <name>CallRoom</name>
    <message>
        <source>microphone off</source>
        <translation>麦克风已关</translation>
    </message>
</context>
<context>
    <name>CallScreen</name>
    <message>
        <source>Call</source>
        <translation>通话</translation>
    </message>
</context>
<context>
    <name>CaseActionPanel</name>
    <message>
        <source>This cannot be done in the case&apos;s present state.</source>
        <translation>病例目前的状态不能进行此操作。</translation>
    </message>
    <message>
        <source>It was not done. What you typed is still here; try again.</source>
        <translation>操作未完成。您填写的内容仍在，请重试。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Do it</source>
        <translation>执行</translation>
    </message>
    <message>
        <source>Being done…</source>
        <translation>正在处理…</translation>
    </message>
</context>
<context>
    <name>CaseForm</name>
    <message>
        <source>New case</source>
        <translation>新建会诊</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>What is asked</source>
        <translation>会诊问题</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>影像</translation>
    </message>
    <message>
        <source>Consent of the patient</source>
        <translation>患者知情同意</translation>
    </message>
    <message>
        <source>Add images…</source>
        <translation>添加影像…</translation>
    </message>
    <message>
        <source>Ready to submit?</source>
        <translation>可以提交了吗？</translation>
    </message>
    <message>
        <source>Submit – experts are rung</source>
        <translation>提交并呼叫专家</translation>
    </message>
    <message>
        <source>I have compared them: the images are this patient&apos;s</source>
        <translation>已核对：图像属于本患者</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Photographs and documents</source>
        <translation>照片与文档</translation>
    </message>
    <message>
        <source>Drop a folder, a ZIP file, DICOM files, photographs or PDF files here, or press “Add images…”.</source>
        <translation>将文件夹、ZIP 压缩包、DICOM 文件、照片或 PDF 拖放到此处，或点击“添加影像…”。</translation>
    </message>
    <message>
        <source>Send what was asked for</source>
        <translation>发送所要求的资料</translation>
    </message>
    <message>
        <source>Images are missing</source>
        <translation>影像不全</translation>
    </message>
    <message>
        <source>Back to the images</source>
        <translation>返回影像</translation>
    </message>
    <message>
        <source>Submit without them</source>
        <translation>不含这些影像，直接提交</translation>
    </message>
    <message>
        <source>More information wanted</source>
        <translation>待补充资料</translation>
    </message>
    <message>
        <source>The case is with the experts. What you add here is sent at once and marked as late; whoever has the case sees how many images are still to come and waits for them before signing, unless they choose not to. Its place in the queue and its clocks stay.</source>
        <translation>病例已送达专家。在此补传的影像会立即发送并标记为“补传”；接诊专家能看到还有多少幅未到，签署报告前会等待，除非其选择不等。病例在队列中的位置和各项时限不变。</translation>
    </message>
    <message>
        <source>Late images</source>
        <translation>补传影像</translation>
    </message>
    <message>
        <source>Back to the case</source>
        <translation>返回病例</translation>
    </message>
    <message>
        <source>Remove from the case</source>
        <translation>从病例中移除</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Refused images</source>
        <translation>被拒收的影像</translation>
    </message>
    <message>
        <source>Go on without them</source>
        <translation>不等这些影像，继续</translation>
    </message>
</context>
<context>
    <name>CaseMenu</name>
    <message>
        <source>Case actions ▾</source>
        <translation>病例操作 ▾</translation>
    </message>
    <message>
        <source>Case actions</source>
        <translation>病例操作</translation>
    </message>
</context>
<context>
    <name>CaseStrip</name>
    <message>
        <source>Answer and add images</source>
        <translation>答复并补充影像</translation>
    </message>
    <message>
        <source>Agree…</source>
        <translation>同意…</translation>
    </message>
    <message>
        <source>Refuse…</source>
        <translation>拒绝…</translation>
    </message>
    <message>
        <source>Show the new images</source>
        <translation>显示新影像</translation>
    </message>
    <message>
        <source>Read back…</source>
        <translation>复述确认…</translation>
    </message>
    <message>
        <source>Close the case…</source>
        <translation>结束病例…</translation>
    </message>
    <message>
        <source>Compare both reports</source>
        <translation>对比两份报告</translation>
    </message>
    <message>
        <source>Open the other case</source>
        <translation>打开另一份病例</translation>
    </message>
    <message>
        <source>Show the opinions side by side</source>
        <translation>并排查看各专家意见</translation>
    </message>
    <message>
        <source>Take it over</source>
        <translation>接用这份草稿</translation>
    </message>
</context>
<context>
    <name>CertificateSettings</name>
    <message>
        <source>Signature certificate</source>
        <translation>签名证书</translation>
    </message>
    <message>
        <source>Certificates (*.p12 *.pfx)</source>
        <translation>证书 (*.p12 *.pfx)</translation>
    </message>
    <message>
        <source>Passphrase of the file, or PIN of the token</source>
        <translation>证书文件口令或介质 PIN 码</translation>
    </message>
    <message>
        <source>Library of the token (PKCS#11)</source>
        <translation>介质驱动库（PKCS#11）</translation>
    </message>
    <message>
        <source>Certificate on a token</source>
        <translation>介质中的证书</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Look for tokens</source>
        <translation>查找介质</translation>
    </message>
    <message>
        <source>Use this one</source>
        <translation>使用此证书</translation>
    </message>
    <message>
        <source>Sign without it</source>
        <translation>不再使用</translation>
    </message>
    <message>
        <source>Enter the PIN first.</source>
        <translation>请先输入 PIN 码。</translation>
    </message>
</context>
<context>
    <name>ChatPane</name>
    <message>
        <source>Write a message</source>
        <translation>输入消息</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>No messages yet. Everybody in this case reads them.</source>
        <translation>还没有消息。本会诊的所有成员都能看到。</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source> · to everybody in the call</source>
        <translation> · 发给通话中的所有人</translation>
    </message>
    <message>
        <source>{names} reads it too</source>
        <translation>{names}也能看到</translation>
    </message>
    <message>
        <source>Everybody in the call reads it, guests too</source>
        <translation>通话中的所有人都能看到，包括来宾</translation>
    </message>
    <message>
        <source>Write to everybody in the call</source>
        <translation>写给通话中的所有人</translation>
    </message>
    <message>
        <source>Write to the doctors of this case only</source>
        <translation>只写给本病例的医生</translation>
    </message>
    <message>
        <source> · sending…</source>
        <translation> · 正在发送…</translation>
    </message>
    <message>
        <source>Not connected: your words stay here. Send them when the connection is back.</source>
        <translation>没有连接：文字保留在这里，连接恢复后再发送。</translation>
    </message>
    <message>
        <source> · not sent: Enter writes it again</source>
        <translation> · 未发送：按回车重新编辑</translation>
    </message>
</context>
<context>
    <name>ChecklistBody</name>
    <message>
        <source>Tick or write at least one thing.</source>
        <translation>请至少勾选或填写一项。</translation>
    </message>
    <message>
        <source>At most {n} characters a line: one thing a line.</source>
        <translation>每行最多 {n} 个字符，一行一项。</translation>
    </message>
    <message>
        <source>Something else (one thing a line)</source>
        <translation>其他（每行一项）</translation>
    </message>
</context>
<context>
    <name>ComparisonWindow</name>
    <message>
        <source>{title} · differs</source>
        <translation>{title} · 不一致</translation>
    </message>
    <message>
        <source>Nothing is said.</source>
        <translation>未写。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Underlined: only this report says it.</source>
        <translation>下划线：只有这份报告提到。</translation>
    </message>
    <message>
        <source>Insert a comparison sentence</source>
        <translation>插入对比语句</translation>
    </message>
</context>
<context>
    <name>ConsentFields</name>
    <message>
        <source>How it was given</source>
        <translation>同意方式</translation>
    </message>
    <message>
        <source>Given by</source>
        <translation>同意人</translation>
    </message>
    <message>
        <source>Guardian is (under 14)</source>
        <translation>监护人关系（14 岁以下）</translation>
    </message>
    <message>
        <source>Witness (if oral)</source>
        <translation>见证人（口头同意时）</translation>
    </message>
    <message>
        <source>The patient agrees to this remote consultation</source>
        <translation>患者同意本次远程会诊</translation>
    </message>
    <message>
        <source>… and to its use for learning, without name</source>
        <translation>……并同意隐去姓名后用于学习</translation>
    </message>
</context>
<context>
    <name>ContactFields</name>
    <message>
        <source>Mail address</source>
        <translation>邮箱</translation>
    </message>
    <message>
        <source>Mobile number for text messages</source>
        <translation>接收短信的手机号</translation>
    </message>
    <message>
        <source>Show contact</source>
        <translation>显示联系方式</translation>
    </message>
    <message>
        <source>That it is read is recorded in the audit trail.</source>
        <translation>查看会记入审计日志。</translation>
    </message>
    <message>
        <source>Save contact</source>
        <translation>保存联系方式</translation>
    </message>
    <message>
        <source>Check mail address and number.</source>
        <translation>请检查邮箱和号码。</translation>
    </message>
</context>
<context>
    <name>DaySpan</name>
    <message>
        <source>any day</source>
        <translation>不限日期</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>3 days</source>
        <translation>近 3 天</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>近 30 天</translation>
    </message>
    <message>
        <source>from … to …</source>
        <translation>自定义起止</translation>
    </message>
    <message>
        <source>{name}: from</source>
        <translation>{name}：从</translation>
    </message>
    <message>
        <source>{name}: to</source>
        <translation>{name}：到</translation>
    </message>
</context>
<context>
    <name>DecisionPart</name>
    <message>
        <source>Your decision closes the case</source>
        <translation>您的决定将结束本次会诊</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Record the decision</source>
        <translation>记录决定</translation>
    </message>
</context>
<context>
    <name>DeclineForm</name>
    <message>
        <source>Decline with this reason</source>
        <translation>以此理由拒绝</translation>
    </message>
    <message>
        <source>In a few words (needed)</source>
        <translation>简要说明（必填）</translation>
    </message>
    <message>
        <source>Reason for declining, in words</source>
        <translation>拒绝理由说明</translation>
    </message>
    <message>
        <source>Reason for declining</source>
        <translation>拒绝理由</translation>
    </message>
</context>
<context>
    <name>DeviceCertificateForm</name>
    <message>
        <source>Certificate of this computer</source>
        <translation>本机证书</translation>
    </message>
    <message>
        <source>Certificates (*.p12 *.pfx *.pem)</source>
        <translation>证书 (*.p12 *.pfx *.pem)</translation>
    </message>
    <message>
        <source>A site may admit only computers that have one. Hospital IT gives you the file and its passphrase.</source>
        <translation>站点可以只允许持有证书的电脑接入。证书文件和口令由医院信息科提供。</translation>
    </message>
    <message>
        <source>Passphrase of the file</source>
        <translation>证书文件口令</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
</context>
<context>
    <name>DeviceSettings</name>
    <message>
        <source>Devices of the call</source>
        <translation>通话设备</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>Hold to talk while muted</source>
        <translation>静音时按住说话的键</translation>
    </message>
    <message>
        <source>Space bar</source>
        <translation>空格键</translation>
    </message>
    <message>
        <source>Pause key</source>
        <translation>Pause 键</translation>
    </message>
    <message>
        <source>Insert key</source>
        <translation>Insert 键</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>Look for devices</source>
        <translation>查找设备</translation>
    </message>
    <message>
        <source>Check the call…</source>
        <translation>通话检测…</translation>
    </message>
    <message>
        <source>A tone when a case rings or somebody calls (what is critical always sounds)</source>
        <translation>病例呼叫或有人呼叫通话时发出提示音（危急情况始终有声）</translation>
    </message>
</context>
<context>
    <name>DiagnosisField</name>
    <message>
        <source>Not an ICD-10 code: {codes}. Choose one from the list while typing.</source>
        <translation>不是 ICD-10 编码：{codes}。输入时请从列表中选择。</translation>
    </message>
    <message>
        <source>Diagnosis codes (ICD-10)</source>
        <translation>诊断编码（ICD-10）</translation>
    </message>
    <message>
        <source>Code, name or pinyin</source>
        <translation>编码、名称或拼音</translation>
    </message>
</context>
<context>
    <name>DicomViewer</name>
    <message>
        <source>Male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>Female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Incomplete picture</source>
        <translation>图像不完整</translation>
    </message>
    <message>
        <source>Lossy</source>
        <translation>有损压缩</translation>
    </message>
    <message>
        <source>Inverted</source>
        <translation>已反相</translation>
    </message>
    <message>
        <source>at the detector</source>
        <translation>探测器平面</translation>
    </message>
    <message>
        <source>magnification corrected</source>
        <translation>已校正放大率</translation>
    </message>
    <message>
        <source>ultrasound region</source>
        <translation>超声区域</translation>
    </message>
    <message>
        <source>The image could not be fetched. Check the connection and try again.</source>
        <translation>图像未能取得。请检查网络后重试。</translation>
    </message>
    <message>
        <source>This is not a DICOM file.</source>
        <translation>这不是 DICOM 文件。</translation>
    </message>
    <message>
        <source>The file is cut off. Export or send it again.</source>
        <translation>文件不完整，请重新导出或发送。</translation>
    </message>
    <message>
        <source>The file does not say how it is encoded. Export it again.</source>
        <translation>文件没有说明编码方式，请重新导出。</translation>
    </message>
    <message>
        <source>The file lacks what is needed to show it. Export it again.</source>
        <translation>文件缺少显示所需的信息，请重新导出。</translation>
    </message>
    <message>
        <source>The file is damaged. Export or send it again.</source>
        <translation>文件已损坏，请重新导出或发送。</translation>
    </message>
    <message>
        <source>The file carries no picture, or ends before it.</source>
        <translation>文件没有图像，或在图像之前就中断了。</translation>
    </message>
    <message>
        <source>The file claims a larger picture than it holds. Send it again.</source>
        <translation>文件声称的图像比实际内容大，请重新发送。</translation>
    </message>
    <message>
        <source>This picture of the series does not exist in the file.</source>
        <translation>文件中没有该序列的这一幅图像。</translation>
    </message>
    <message>
        <source>This kind of picture cannot be shown yet.</source>
        <translation>暂不支持显示这种图像。</translation>
    </message>
    <message>
        <source>The compressed picture is damaged. Send it again.</source>
        <translation>压缩图像已损坏，请重新发送。</translation>
    </message>
    <message>
        <source>The picture took too long to decode and was given up.</source>
        <translation>图像解码时间过长，已放弃。</translation>
    </message>
    <message>
        <source>Loading was cancelled.</source>
        <translation>加载已取消。</translation>
    </message>
    <message>
        <source>This is not a picture.</source>
        <translation>这不是图像。</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>影像</translation>
    </message>
    <message>
        <source>Waveform</source>
        <translation>波形</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Other object</source>
        <translation>其他对象</translation>
    </message>
    <message>
        <source>Soft tissue</source>
        <translation>软组织</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>肺</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>骨</translation>
    </message>
    <message>
        <source>Brain</source>
        <translation>脑</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>肝</translation>
    </message>
    <message>
        <source>Mediastinum</source>
        <translation>纵隔</translation>
    </message>
    <message>
        <source>Angiography</source>
        <translation>血管造影</translation>
    </message>
    <message>
        <source>Subdural</source>
        <translation>硬膜下</translation>
    </message>
    <message>
        <source>Temporal bone</source>
        <translation>颞骨</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Loading images…</source>
        <translation>正在加载影像…</translation>
    </message>
    <message>
        <source>There are no pictures to show.</source>
        <translation>没有可显示的图像。</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>Image viewer</source>
        <translation>影像浏览器</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>序列</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>窗位预设</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>上一层</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>下一层</translation>
    </message>
    <message>
        <source>Ten slices back</source>
        <translation>后退十层</translation>
    </message>
    <message>
        <source>Ten slices on</source>
        <translation>前进十层</translation>
    </message>
    <message>
        <source>First slice</source>
        <translation>第一层</translation>
    </message>
    <message>
        <source>Last slice</source>
        <translation>最后一层</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>left button</source>
        <translation>左键</translation>
    </message>
    <message>
        <source>right button</source>
        <translation>右键</translation>
    </message>
    <message>
        <source>middle button</source>
        <translation>中键</translation>
    </message>
    <message>
        <source>back button</source>
        <translation>后退键</translation>
    </message>
    <message>
        <source>forward button</source>
        <translation>前进键</translation>
    </message>
    <message>
        <source>wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>moving the mouse</source>
        <translation>移动鼠标</translation>
    </message>
    <message>
        <source>This key is needed to move between controls.</source>
        <translation>该键用于在控件之间移动，不能占用。</translation>
    </message>
    <message>
        <source>The left button alone does what the tool says.</source>
        <translation>单按左键始终执行当前工具，不能更改。</translation>
    </message>
    <message>
        <source>The mouse cannot do that this way.</source>
        <translation>此操作不能用这种鼠标方式完成。</translation>
    </message>
    <message>
        <source>Moving the mouse alone needs a key held down.</source>
        <translation>仅移动鼠标时须同时按住一个修饰键。</translation>
    </message>
    <message>
        <source>{key} is taken: {owner}</source>
        <translation>{key} 已被占用：{owner}</translation>
    </message>
    <message>
        <source>Gantry tilt {angle}°</source>
        <translation>机架倾斜 {angle}°</translation>
    </message>
    <message>
        <source>Missing slices: {count}</source>
        <translation>缺失层数：{count}</translation>
    </message>
    <message>
        <source>Uneven slice spacing</source>
        <translation>层间距不均匀</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Grey levels</source>
        <translation>灰阶</translation>
    </message>
    <message>
        <source>Size and direction</source>
        <translation>大小与方向</translation>
    </message>
    <message>
        <source>Slices and series</source>
        <translation>层面与序列</translation>
    </message>
    <message>
        <source>Cine</source>
        <translation>电影播放</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>联动</translation>
    </message>
    <message>
        <source>Over the picture</source>
        <translation>图像叠加</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>按键与鼠标</translation>
    </message>
    <message>
        <source>Tools and actions</source>
        <translation>工具与操作</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>功能</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <source>Press the new key</source>
        <translation>请按下新的按键</translation>
    </message>
    <message>
        <source>Mouse button</source>
        <translation>鼠标按键</translation>
    </message>
    <message>
        <source>Add this key</source>
        <translation>添加此按键</translation>
    </message>
    <message>
        <source>Add this mouse button</source>
        <translation>添加此鼠标按键</translation>
    </message>
    <message>
        <source>Without key and mouse</source>
        <translation>清除按键与鼠标</translation>
    </message>
    <message>
        <source>As delivered</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Everything as delivered</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Rows × columns</source>
        <translation>行 × 列</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Outside of the picture</source>
        <translation>图像之外</translation>
    </message>
    <message>
        <source>stored {value}</source>
        <translation>存储值 {value}</translation>
    </message>
    <message>
        <source>sagittal</source>
        <translation>矢状位</translation>
    </message>
    <message>
        <source>coronal</source>
        <translation>冠状位</translation>
    </message>
    <message>
        <source>axial</source>
        <translation>轴位</translation>
    </message>
    <message>
        <source>Image {n} of {count}</source>
        <translation>图像 {n} / {count}</translation>
    </message>
    <message>
        <source>True size: the screen does not say how large it is.</source>
        <translation>实际大小：显示器未报告其物理尺寸。</translation>
    </message>
    <message>
        <source>True size: the picture does not say how large it is.</source>
        <translation>实际大小：图像未标明像素的物理尺寸。</translation>
    </message>
    <message>
        <source>Window presets (keys 1 to 9)</source>
        <translation>窗宽窗位预设（按键 1 至 9）</translation>
    </message>
    <message>
        <source>Neighbouring picture</source>
        <translation>相邻图像</translation>
    </message>
    <message>
        <source>Window/level</source>
        <translation>窗宽/窗位</translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation>翻页</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Magnifier</source>
        <translation>放大镜</translation>
    </message>
    <message>
        <source>Probe</source>
        <translation>像素探针</translation>
    </message>
    <message>
        <source>3D cursor</source>
        <translation>三维光标</translation>
    </message>
    <message>
        <source>Window from a rectangle</source>
        <translation>按矩形区域调窗</translation>
    </message>
    <message>
        <source>Automatic window</source>
        <translation>自动调窗</translation>
    </message>
    <message>
        <source>Window preset {n}</source>
        <translation>窗宽窗位预设 {n}</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>1:1</source>
        <translation>1:1</translation>
    </message>
    <message>
        <source>True size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Rotate left</source>
        <translation>向左旋转</translation>
    </message>
    <message>
        <source>Rotate right</source>
        <translation>向右旋转</translation>
    </message>
    <message>
        <source>Mirror left to right</source>
        <translation>水平翻转</translation>
    </message>
    <message>
        <source>Mirror top to bottom</source>
        <translation>垂直翻转</translation>
    </message>
    <message>
        <source>Reset the picture</source>
        <translation>复位图像</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>上一序列</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>下一序列</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>加快</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>减慢</translation>
    </message>
    <message>
        <source>To and fro</source>
        <translation>往返播放</translation>
    </message>
    <message>
        <source>Layouts (rows × columns)</source>
        <translation>布局（行 × 列）</translation>
    </message>
    <message>
        <source>This picture alone</source>
        <translation>单独显示此图像</translation>
    </message>
    <message>
        <source>To the left</source>
        <translation>左侧窗格</translation>
    </message>
    <message>
        <source>To the right</source>
        <translation>右侧窗格</translation>
    </message>
    <message>
        <source>Upwards</source>
        <translation>上方窗格</translation>
    </message>
    <message>
        <source>Downwards</source>
        <translation>下方窗格</translation>
    </message>
    <message>
        <source>Scroll together</source>
        <translation>同步滚动</translation>
    </message>
    <message>
        <source>Same window for the same modality</source>
        <translation>同类检查使用相同窗宽窗位</translation>
    </message>
    <message>
        <source>Same zoom for the same modality</source>
        <translation>同类检查使用相同缩放</translation>
    </message>
    <message>
        <source>Reference lines</source>
        <translation>定位线</translation>
    </message>
    <message>
        <source>Patient text</source>
        <translation>患者信息</translation>
    </message>
    <message>
        <source>Overlays</source>
        <translation>叠加信息</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Keys and mouse…</source>
        <translation>按键与鼠标…</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>Cobb angle</source>
        <translation>Cobb 角</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Arrow</source>
        <translation>箭头</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Put the shape in the middle</source>
        <translation>在中央放置图形</translation>
    </message>
    <message>
        <source>Key image</source>
        <translation>关键图像</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>List of measurements and marks</source>
        <translation>测量与标注列表</translation>
    </message>
    <message>
        <source>Display shutter</source>
        <translation>显示快门</translation>
    </message>
    <message>
        <source>Planes and slabs</source>
        <translation>多平面与层块</translation>
    </message>
    <message>
        <source>There are no planes yet: choose MPR first.</source>
        <translation>尚无重建平面：请先选择 MPR。</translation>
    </message>
    <message>
        <source>Cine plays the slices themselves (Esc).</source>
        <translation>电影播放适用于原始层面（按 Esc 返回）。</translation>
    </message>
    <message>
        <source>Turn the plane</source>
        <translation>旋转平面</translation>
    </message>
    <message>
        <source>Tilt the plane</source>
        <translation>倾斜平面</translation>
    </message>
    <message>
        <source>Slab thickness</source>
        <translation>层块厚度</translation>
    </message>
    <message>
        <source>MPR</source>
        <translation>MPR</translation>
    </message>
    <message>
        <source>Turn the plane to the left</source>
        <translation>平面向左旋转</translation>
    </message>
    <message>
        <source>Turn the plane to the right</source>
        <translation>平面向右旋转</translation>
    </message>
    <message>
        <source>Tilt the plane upwards</source>
        <translation>平面向上倾斜</translation>
    </message>
    <message>
        <source>Tilt the plane downwards</source>
        <translation>平面向下倾斜</translation>
    </message>
    <message>
        <source>Straighten the planes</source>
        <translation>平面复位</translation>
    </message>
    <message>
        <source>Thicker slab</source>
        <translation>层块加厚</translation>
    </message>
    <message>
        <source>Thinner slab</source>
        <translation>层块减薄</translation>
    </message>
    <message>
        <source>No slab</source>
        <translation>无层块</translation>
    </message>
    <message>
        <source>Slab of {n} mm</source>
        <translation>层块 {n} mm</translation>
    </message>
    <message>
        <source>Next kind of slab</source>
        <translation>切换层块类型</translation>
    </message>
    <message>
        <source>Slab: highest values (MIP)</source>
        <translation>层块：最大密度投影（MIP）</translation>
    </message>
    <message>
        <source>Slab: lowest values (MinIP)</source>
        <translation>层块：最小密度投影（MinIP）</translation>
    </message>
    <message>
        <source>Slab: mean</source>
        <translation>层块：平均</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Place of the plane: {plane}</source>
        <translation>平面位置：{plane}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Slices at hand</source>
        <translation>已就绪的层面</translation>
    </message>
    <message>
        <source>Axial</source>
        <translation>轴位</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>冠状位</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>矢状位</translation>
    </message>
    <message>
        <source>{plane}, oblique</source>
        <translation>{plane}（斜面）</translation>
    </message>
    <message>
        <source>Coronal slab</source>
        <translation>冠状位层块</translation>
    </message>
    <message>
        <source>{plane} plane</source>
        <translation>{plane}平面</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>MPR: there is no series in this picture&apos;s place yet.</source>
        <translation>MPR：此窗格中尚无序列。</translation>
    </message>
    <message>
        <source>MPR: the series is still being read. Try again when it is complete.</source>
        <translation>MPR：序列仍在读取，请在读取完成后重试。</translation>
    </message>
    <message>
        <source>MPR needs {needed} MB of memory for pictures; there are {there} MB.</source>
        <translation>MPR 需要 {needed} MB 图像内存，现有 {there} MB。</translation>
    </message>
    <message>
        <source>MPR: slice {n} of the series cannot be opened.</source>
        <translation>MPR：序列中第 {n} 层无法打开。</translation>
    </message>
    <message>
        <source>MPR needs at least three slices.</source>
        <translation>MPR 至少需要三个层面。</translation>
    </message>
    <message>
        <source>MPR is made of grey pictures; these are in colour.</source>
        <translation>MPR 仅适用于灰度图像；该序列为彩色图像。</translation>
    </message>
    <message>
        <source>MPR: the slices lie in different directions.</source>
        <translation>MPR：各层面方向不一致。</translation>
    </message>
    <message>
        <source>MPR: the slices differ in size or pixel spacing.</source>
        <translation>MPR：各层面的尺寸或像素间距不一致。</translation>
    </message>
    <message>
        <source>MPR: the files do not say where the slices lie in the patient.</source>
        <translation>MPR：文件未给出层面在患者体内的位置。</translation>
    </message>
    <message>
        <source>MPR: {n} / {count} slices</source>
        <translation>MPR：{n} / {count} 层</translation>
    </message>
    <message>
        <source>Objects: {count}</source>
        <translation>附加对象：{count}</translation>
    </message>
    <message>
        <source>Next presentation state</source>
        <translation>下一个显示状态</translation>
    </message>
    <message>
        <source>Without presentation state</source>
        <translation>不用显示状态</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始图像</translation>
    </message>
    <message>
        <source>Presentation states</source>
        <translation>显示状态</translation>
    </message>
    <message>
        <source>Segmentations</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Structures (contours)</source>
        <translation>结构（轮廓）</translation>
    </message>
    <message>
        <source>Presentation state</source>
        <translation>显示状态</translation>
    </message>
    <message>
        <source>no contours</source>
        <translation>无轮廓</translation>
    </message>
    <message>
        <source>contours left out: {count}</source>
        <translation>未显示的轮廓：{count}</translation>
    </message>
    <message>
        <source>Objects of this kind cannot be shown yet.</source>
        <translation>暂不支持显示此类对象。</translation>
    </message>
    <message>
        <source>Shown over pictures</source>
        <translation>叠加在图像上显示</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>附加对象</translation>
    </message>
    <message>
        <source>Hanging</source>
        <translation>挂片</translation>
    </message>
    <message>
        <source>Next stage</source>
        <translation>下一阶段</translation>
    </message>
    <message>
        <source>Previous stage</source>
        <translation>上一阶段</translation>
    </message>
    <message>
        <source>Choose how to hang…</source>
        <translation>选择挂片方式…</translation>
    </message>
    <message>
        <source>Hang by itself</source>
        <translation>自动挂片</translation>
    </message>
    <message>
        <source>{n} years earlier</source>
        <translation>{n} 年前</translation>
    </message>
    <message>
        <source>{n} months earlier</source>
        <translation>{n} 个月前</translation>
    </message>
    <message>
        <source>1 day earlier</source>
        <translation>1 天前</translation>
    </message>
    <message>
        <source>{n} days earlier</source>
        <translation>{n} 天前</translation>
    </message>
    <message>
        <source>less than an hour earlier</source>
        <translation>不到 1 小时前</translation>
    </message>
    <message>
        <source>1 hour earlier</source>
        <translation>1 小时前</translation>
    </message>
    <message>
        <source>{n} hours earlier</source>
        <translation>{n} 小时前</translation>
    </message>
    <message>
        <source>Current</source>
        <translation>本次检查</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>既往检查</translation>
    </message>
    <message>
        <source>Another study</source>
        <translation>其他检查</translation>
    </message>
    <message>
        <source>Another patient!</source>
        <translation>不是同一患者！</translation>
    </message>
    <message>
        <source>Nothing of this kind in the case</source>
        <translation>本病例中没有此类图像</translation>
    </message>
    <message>
        <source>Electrocardiogram</source>
        <translation>心电图</translation>
    </message>
    <message>
        <source>PDF document</source>
        <translation>PDF 文档</translation>
    </message>
    <message>
        <source>Clinical document</source>
        <translation>临床文档</translation>
    </message>
    <message>
        <source>3D model</source>
        <translation>三维模型</translation>
    </message>
    <message>
        <source>Structured report</source>
        <translation>结构化报告</translation>
    </message>
    <message>
        <source>Key images</source>
        <translation>关键图像</translation>
    </message>
    <message>
        <source>Segmentation</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Registration</source>
        <translation>配准</translation>
    </message>
    <message>
        <source>Contours</source>
        <translation>勾画轮廓</translation>
    </message>
    <message>
        <source>Radiotherapy dose</source>
        <translation>放疗剂量</translation>
    </message>
    <message>
        <source>Radiotherapy plan</source>
        <translation>放疗计划</translation>
    </message>
    <message>
        <source>Enter: the active picture. Shift+Enter: the next one. Or drag it there.</source>
        <translation>Enter：在当前图像打开；Shift+Enter：在下一图像打开；也可拖放。</translation>
    </message>
    <message>
        <source>Calibrate by hand</source>
        <translation>手动校准</translation>
    </message>
    <message>
        <source>Take the calibration by hand off</source>
        <translation>取消手动校准</translation>
    </message>
    <message>
        <source>This picture has parts in seconds or velocities: it cannot be calibrated.</source>
        <translation>该图像含以秒或速度为单位的区域，无法校准。</translation>
    </message>
    <message>
        <source>Draw a line over something of known length.</source>
        <translation>请在已知长度的物体上画一条线。</translation>
    </message>
    <message>
        <source>This picture is not calibrated by hand.</source>
        <translation>该图像未经手动校准。</translation>
    </message>
    <message>
        <source>Calibrated by hand</source>
        <translation>手动校准</translation>
    </message>
    <message>
        <source>calibrated by hand</source>
        <translation>手动校准</translation>
    </message>
    <message>
        <source>Files and paper</source>
        <translation>文件与打印</translation>
    </message>
    <message>
        <source>Save pictures as files…</source>
        <translation>将图像另存为文件…</translation>
    </message>
    <message>
        <source>Print pictures…</source>
        <translation>打印图像…</translation>
    </message>
    <message>
        <source>No SUV: {reason}</source>
        <translation>无法计算 SUV：{reason}</translation>
    </message>
    <message>
        <source>the pixels are no activity</source>
        <translation>像素值不是放射性活度</translation>
    </message>
    <message>
        <source>weight missing</source>
        <translation>缺少体重</translation>
    </message>
    <message>
        <source>injected dose missing or not in Bq</source>
        <translation>缺少注射剂量或单位不是 Bq</translation>
    </message>
    <message>
        <source>half-life missing</source>
        <translation>缺少半衰期</translation>
    </message>
    <message>
        <source>decay not corrected</source>
        <translation>未做衰变校正</translation>
    </message>
    <message>
        <source>attenuation not corrected</source>
        <translation>未做衰减校正</translation>
    </message>
    <message>
        <source>time of injection missing</source>
        <translation>缺少注射时间</translation>
    </message>
    <message>
        <source>start of the scan unknown</source>
        <translation>扫描开始时间未知</translation>
    </message>
    <message>
        <source>injection and scan do not fit together</source>
        <translation>注射时间与扫描时间不符</translation>
    </message>
    <message>
        <source>There is no room left there. Choose another place.</source>
        <translation>目标位置空间不足，请选择其他位置。</translation>
    </message>
    <message>
        <source>The folder cannot be written to. Choose another folder.</source>
        <translation>无法写入该文件夹，请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Files of these names are there already and stay. Choose another folder.</source>
        <translation>该文件夹中已有同名文件，未作改动，请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Delete the chosen mark</source>
        <translation>删除选中的标记</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>波形</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>始终有效</translation>
    </message>
    <message>
        <source>Next control or picture</source>
        <translation>下一个控件或图像</translation>
    </message>
    <message>
        <source>Away, or back to the pictures</source>
        <translation>收起，或返回图像</translation>
    </message>
    <message>
        <source>Close a polygon</source>
        <translation>闭合多边形</translation>
    </message>
    <message>
        <source>Move the chosen mark</source>
        <translation>移动选中的标记</translation>
    </message>
    <message>
        <source>Move paper, pages or calipers</source>
        <translation>移动图纸、页面或卡尺</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>Previous page</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>First page</source>
        <translation>第一页</translation>
    </message>
    <message>
        <source>Last page</source>
        <translation>最后一页</translation>
    </message>
    <message>
        <source>Width of the page</source>
        <translation>适合页宽</translation>
    </message>
    <message>
        <source>Whole page</source>
        <translation>整页</translation>
    </message>
    <message>
        <source>Search the text</source>
        <translation>查找文字</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Earlier place</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Show key images</source>
        <translation>显示关键图像</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>另存副本</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Stop printing</source>
        <translation>停止打印</translation>
    </message>
    <message>
        <source>Next gain</source>
        <translation>下一档增益</translation>
    </message>
    <message>
        <source>Next paper speed</source>
        <translation>下一档走纸速度</translation>
    </message>
    <message>
        <source>Next layout of the leads</source>
        <translation>下一种导联排列</translation>
    </message>
    <message>
        <source>Next group of channels</source>
        <translation>下一组通道</translation>
    </message>
    <message>
        <source>Fit the paper</source>
        <translation>图纸适合窗口</translation>
    </message>
    <message>
        <source>Calipers</source>
        <translation>卡尺</translation>
    </message>
    <message>
        <source>Other end of the calipers</source>
        <translation>卡尺的另一端</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Back in time</source>
        <translation>向前翻（较早）</translation>
    </message>
    <message>
        <source>On in time</source>
        <translation>向后翻（较晚）</translation>
    </message>
    <message>
        <source>Begin of the curves</source>
        <translation>波形起点</translation>
    </message>
    <message>
        <source>End of the curves</source>
        <translation>波形终点</translation>
    </message>
    <message>
        <source>Print curves…</source>
        <translation>打印曲线…</translation>
    </message>
    <message>
        <source>Curves as PDF…</source>
        <translation>曲线存为 PDF…</translation>
    </message>
    <message>
        <source>Presentation state: not for this picture</source>
        <translation>显示状态：不适用于此图像</translation>
    </message>
    <message>
        <source>Presentation state: {name}</source>
        <translation>显示状态：{name}</translation>
    </message>
    <message>
        <source>Another file with the same number (SOP Instance UID) and other contents is open. This one is not shown. Check whose it is.</source>
        <translation>已打开另一个编号（SOP Instance UID）相同但内容不同的文件，此文件不予显示。请核对它属于哪位患者。</translation>
    </message>
    <message>
        <source>It belongs to pictures that are not here. Open it together with them.</source>
        <translation>它所属的影像不在这里。请与影像一起打开。</translation>
    </message>
    <message>
        <source>Full range</source>
        <translation>全范围</translation>
    </message>
    <message>
        <source>More contrast</source>
        <translation>增强对比</translation>
    </message>
    <message>
        <source>Bright parts</source>
        <translation>高亮部分</translation>
    </message>
    <message>
        <source>Next window of the file</source>
        <translation>文件自带的下一个窗</translation>
    </message>
    <message>
        <source>patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>calibrated</source>
        <translation>已校准</translation>
    </message>
    <message>
        <source>Lateral view</source>
        <translation>侧位</translation>
    </message>
    <message>
        <source>PA view</source>
        <translation>后前位</translation>
    </message>
    <message>
        <source>AP view</source>
        <translation>前后位</translation>
    </message>
    <message>
        <source>Craniocaudal view (CC)</source>
        <translation>头足位（CC）</translation>
    </message>
    <message>
        <source>Mediolateral oblique view (MLO)</source>
        <translation>内外侧斜位（MLO）</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右侧</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左侧</translation>
    </message>
    <message>
        <source>Both sides</source>
        <translation>双侧</translation>
    </message>
    <message>
        <source>MPR: several slices of the series lie at one place.</source>
        <translation>MPR：该序列有多个层面位于同一位置。</translation>
    </message>
    <message>
        <source>MPR: too many slices are missing between two of the series.</source>
        <translation>MPR：该序列相邻两层之间缺失层面过多。</translation>
    </message>
    <message>
        <source>Measure on a plane: this picture is a slab.</source>
        <translation>请在单层平面上测量：此图像为层块。</translation>
    </message>
    <message>
        <source>Mark this on the slices themselves (Esc).</source>
        <translation>请在原始层面上进行此标注（Esc）。</translation>
    </message>
    <message>
        <source>This lies on a plane: choose MPR of its series.</source>
        <translation>该标注位于重建平面上：请对其序列选择 MPR。</translation>
    </message>
    <message>
        <source>{here} of {all}</source>
        <translation>{here}（共 {all}）</translation>
    </message>
    <message>
        <source>Not all of it is here: not sharp yet</source>
        <translation>图像尚未传完，暂不清晰</translation>
    </message>
    <message>
        <source>From another case</source>
        <translation>来自另一病例</translation>
    </message>
    <message>
        <source>Later study</source>
        <translation>之后检查</translation>
    </message>
    <message>
        <source>{all} ({here} here)</source>
        <translation>{all}（已到 {here}）</translation>
    </message>
    <message>
        <source>Slice by number…</source>
        <translation>跳到指定层…</translation>
    </message>
    <message>
        <source>Not here yet: shown as soon as it comes</source>
        <translation>此图像尚未到达，到达后立即显示</translation>
    </message>
    <message>
        <source>not here yet</source>
        <translation>尚未到达</translation>
    </message>
</context>
<context>
    <name>DissentRow</name>
    <message>
        <source>{who} dissents</source>
        <translation>{who} 持不同意见</translation>
    </message>
    <message>
        <source>Dissent of {who}</source>
        <translation>{who} 的不同意见</translation>
    </message>
    <message>
        <source>Quote their impression</source>
        <translation>引用其诊断意见</translation>
    </message>
    <message>
        <source>In their own words</source>
        <translation>专家原话</translation>
    </message>
</context>
<context>
    <name>DocumentBar</name>
    <message>
        <source>Show key images</source>
        <translation>显示关键图像</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>适合宽度</translation>
    </message>
    <message>
        <source>Whole page</source>
        <translation>整页</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>另存副本</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Stop printing</source>
        <translation>停止打印</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Earlier place</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页码</translation>
    </message>
    <message>
        <source>Search the text</source>
        <translation>查找文字</translation>
    </message>
</context>
<context>
    <name>DocumentViewer</name>
    <message>
        <source>Structured report</source>
        <translation>结构化报告</translation>
    </message>
    <message>
        <source>The document is larger than can be shown; the rest is left out.</source>
        <translation>文档过大，仅显示前面部分，其余已略去。</translation>
    </message>
    <message>
        <source>Key images</source>
        <translation>关键图像</translation>
    </message>
    <message>
        <source>Chosen by {name}</source>
        <translation>选择者：{name}</translation>
    </message>
    <message>
        <source>The document marks no images; these are the ones it lists as evidence.</source>
        <translation>该文档未标出图像；以下为其列为依据的图像。</translation>
    </message>
    <message>
        <source>Partial: the document is not finished.</source>
        <translation>部分完成：该文档尚未写完。</translation>
    </message>
    <message>
        <source>Complete</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Not verified: nobody has signed for it.</source>
        <translation>未审核：无人签字确认。</translation>
    </message>
    <message>
        <source>Verified: {who}</source>
        <translation>已审核：{who}</translation>
    </message>
    <message>
        <source>Author: {who}</source>
        <translation>作者：{who}</translation>
    </message>
    <message>
        <source>Replaces {n} earlier document(s).</source>
        <translation>替代此前的 {n} 份文档。</translation>
    </message>
    <message>
        <source>refers to an item that the document does not have</source>
        <translation>所指条目在文档中不存在</translation>
    </message>
    <message>
        <source>inferred from</source>
        <translation>推断自</translation>
    </message>
    <message>
        <source>selected from</source>
        <translation>选自</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>无数值</translation>
    </message>
    <message>
        <source>Point in the picture</source>
        <translation>图像中的点</translation>
    </message>
    <message>
        <source>Points in the picture</source>
        <translation>图像中的多个点</translation>
    </message>
    <message>
        <source>Line in the picture</source>
        <translation>图像中的折线</translation>
    </message>
    <message>
        <source>Polygon in the picture</source>
        <translation>图像中的多边形</translation>
    </message>
    <message>
        <source>Circle in the picture</source>
        <translation>图像中的圆</translation>
    </message>
    <message>
        <source>Ellipse in the picture</source>
        <translation>图像中的椭圆</translation>
    </message>
    <message>
        <source>Ellipsoid in space</source>
        <translation>空间中的椭球</translation>
    </message>
    <message>
        <source>Shape in the picture</source>
        <translation>图像中的图形</translation>
    </message>
    <message>
        <source>{n} points</source>
        <translation>{n} 个点</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>波形</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>{what}, frame {frames}</source>
        <translation>{what}，第 {frames} 帧</translation>
    </message>
    <message>
        <source>No reason is given.</source>
        <translation>未说明原因。</translation>
    </message>
    <message>
        <source>Of interest</source>
        <translation>值得关注</translation>
    </message>
    <message>
        <source>Rejected for quality reasons</source>
        <translation>因质量原因弃用</translation>
    </message>
    <message>
        <source>For the referring provider</source>
        <translation>供申请医师</translation>
    </message>
    <message>
        <source>For surgery</source>
        <translation>供手术</translation>
    </message>
    <message>
        <source>For teaching</source>
        <translation>供教学</translation>
    </message>
    <message>
        <source>For conference</source>
        <translation>供病例讨论</translation>
    </message>
    <message>
        <source>For therapy</source>
        <translation>供治疗</translation>
    </message>
    <message>
        <source>For the patient</source>
        <translation>供患者</translation>
    </message>
    <message>
        <source>For peer review</source>
        <translation>供同行评议</translation>
    </message>
    <message>
        <source>For research</source>
        <translation>供科研</translation>
    </message>
    <message>
        <source>Quality issue</source>
        <translation>质量问题</translation>
    </message>
    <message>
        <source>Best in set</source>
        <translation>本组最佳</translation>
    </message>
    <message>
        <source>For printing</source>
        <translation>供打印</translation>
    </message>
    <message>
        <source>For report attachment</source>
        <translation>供报告附图</translation>
    </message>
    <message>
        <source>Manifest</source>
        <translation>清单</translation>
    </message>
    <message>
        <source>Rejected for patient safety reasons</source>
        <translation>因患者安全原因弃用</translation>
    </message>
    <message>
        <source>Incorrect modality worklist entry</source>
        <translation>设备工作列表条目有误</translation>
    </message>
    <message>
        <source>Data retention policy expired</source>
        <translation>数据保存期已满</translation>
    </message>
    <message>
        <source>Presentation state</source>
        <translation>显示状态</translation>
    </message>
    <message>
        <source>Spatial registration</source>
        <translation>空间配准</translation>
    </message>
    <message>
        <source>Spatial fiducials</source>
        <translation>空间基准点</translation>
    </message>
    <message>
        <source>Deformable registration</source>
        <translation>形变配准</translation>
    </message>
    <message>
        <source>Segmentation</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Surface segmentation</source>
        <translation>表面分割</translation>
    </message>
    <message>
        <source>Raw data of a device</source>
        <translation>设备原始数据</translation>
    </message>
    <message>
        <source>Real-world value mapping</source>
        <translation>真实值映射</translation>
    </message>
    <message>
        <source>Radiotherapy dose</source>
        <translation>放疗剂量</translation>
    </message>
    <message>
        <source>Radiotherapy structures (contours)</source>
        <translation>放疗结构（轮廓）</translation>
    </message>
    <message>
        <source>Radiotherapy plan</source>
        <translation>放疗计划</translation>
    </message>
    <message>
        <source>Radiotherapy object</source>
        <translation>放疗对象</translation>
    </message>
    <message>
        <source>PDF document</source>
        <translation>PDF 文档</translation>
    </message>
    <message>
        <source>3D model (STL)</source>
        <translation>三维模型（STL）</translation>
    </message>
    <message>
        <source>3D model (OBJ)</source>
        <translation>三维模型（OBJ）</translation>
    </message>
    <message>
        <source>Materials of a 3D model (MTL)</source>
        <translation>三维模型材质（MTL）</translation>
    </message>
    <message>
        <source>Object of an unknown kind</source>
        <translation>未知类型的对象</translation>
    </message>
    <message>
        <source>The PDF is protected by a password. Save a copy and open it with the password.</source>
        <translation>该 PDF 有密码保护。请另存副本，用密码打开。</translation>
    </message>
    <message>
        <source>3D models are not shown here. Save a copy and open it in a program for 3D models.</source>
        <translation>此处不显示三维模型。请另存副本，用三维模型软件打开。</translation>
    </message>
    <message>
        <source>This kind of document ({type}) is not shown here. Save a copy to open it elsewhere.</source>
        <translation>此处不显示这类文档（{type}）。请另存副本，用其他软件打开。</translation>
    </message>
    <message>
        <source>It is no picture by itself: it says how pictures of the study are shown or relate.</source>
        <translation>它本身不是图像，只说明检查中的图像如何显示或相互对应。</translation>
    </message>
    <message>
        <source>This program does not know how to show it.</source>
        <translation>本程序无法显示该对象。</translation>
    </message>
    <message>
        <source>Films stored in DICOM files are not played yet.</source>
        <translation>目前尚不能播放 DICOM 文件中的视频。</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>另存副本</translation>
    </message>
    <message>
        <source>The copy could not be written there. Choose another folder.</source>
        <translation>无法写入该位置。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Copy saved.</source>
        <translation>副本已保存。</translation>
    </message>
    <message>
        <source>Printing page {n} of {count}</source>
        <translation>正在打印第 {n} 页，共 {count} 页</translation>
    </message>
    <message>
        <source>Printing was stopped.</source>
        <translation>打印已停止。</translation>
    </message>
    <message>
        <source>Printing failed.</source>
        <translation>打印失败。</translation>
    </message>
    <message>
        <source>Handed to the printer.</source>
        <translation>已送往打印机。</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Text of the document</source>
        <translation>文档正文</translation>
    </message>
    <message>
        <source>It belongs to pictures. Open it together with them to see it over them.</source>
        <translation>它附属于影像。请与影像一起打开，即可叠加显示。</translation>
    </message>
</context>
<context>
    <name>DocumentWindow</name>
    <message>
        <source>Document of the record</source>
        <translation>病历文书</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>This document is protected by a password and cannot be shown here. Open it in the hospital&apos;s own program.</source>
        <translation>此文书设有密码保护，无法在此显示。请在医院自己的程序中打开。</translation>
    </message>
    <message>
        <source>This picture is too large to be shown here. Open it in the hospital&apos;s own program.</source>
        <translation>此图片过大，无法在此显示。请在医院自己的程序中打开。</translation>
    </message>
    <message>
        <source>This document is damaged and cannot be shown. Open it in the hospital&apos;s own program.</source>
        <translation>此文书已损坏，无法显示。请在医院自己的程序中打开。</translation>
    </message>
    <message>
        <source>This is only the beginning: the text is too long to be shown.</source>
        <translation>此处只显示开头：全文过长，无法全部显示。</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>The record names this document, but what it says lies elsewhere. Open it in the hospital&apos;s own program.</source>
        <translation>病历列有此文书，但其内容存于别处。请在医院自己的程序中打开。</translation>
    </message>
    <message>
        <source>This document was shared by its title only. The clinic can share the record again with full documents.</source>
        <translation>此文书仅共享了标题。基层可重新共享病历并附上文书全文。</translation>
    </message>
    <message>
        <source>A document of this kind ({kind}) cannot be shown here. Open it in the hospital&apos;s own program.</source>
        <translation>此类文书（{kind}）无法在此显示。请在医院自己的程序中打开。</translation>
    </message>
    <message>
        <source>Fetching the document…</source>
        <translation>正在获取文书…</translation>
    </message>
    <message>
        <source>The record names this document, but what it says lies elsewhere: {place}. Open it in the hospital&apos;s own program.</source>
        <translation>病历列有此文书，但其内容存于别处：{place}。请在医院自己的程序中打开。</translation>
    </message>
</context>
<context>
    <name>Emergencies</name>
    <message>
        <source>Emergency accesses</source>
        <translation>紧急访问</translation>
    </message>
    <message>
        <source>End this access now</source>
        <translation>立即终止此访问</translation>
    </message>
    <message>
        <source>Check the network, then try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>No case was opened in an emergency</source>
        <translation>没有紧急打开的病例</translation>
    </message>
    <message>
        <source>The emergency accesses could not be read</source>
        <translation>无法读取紧急访问记录</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>EmrPane</name>
    <message>
        <source>Enlarge</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>The record is empty</source>
        <translation>病历为空</translation>
    </message>
    <message>
        <source>The clinic shared who the patient is, and nothing else.</source>
        <translation>基层只共享了患者身份，没有其他内容。</translation>
    </message>
    <message>
        <source>The record could not be read</source>
        <translation>病历未能读取</translation>
    </message>
    <message>
        <source>It is with the case on the server. Check the network, then try again.</source>
        <translation>病历已随病例存放在服务器上。请检查网络后重试。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>EmrSettingsForm</name>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>The hospital&apos;s record (FHIR R4)</source>
        <translation>医院电子病历（FHIR R4）</translation>
    </message>
    <message>
        <source>Name of the hospital</source>
        <translation>医院名称</translation>
    </message>
    <message>
        <source>Address of the server</source>
        <translation>服务器地址</translation>
    </message>
    <message>
        <source>Admission</source>
        <translation>接入方式</translation>
    </message>
    <message>
        <source>Everybody in its network</source>
        <translation>院内网络直接访问</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>Client and secret (SMART)</source>
        <translation>客户端与密钥（SMART）</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Address for tokens (empty: ask the server)</source>
        <translation>令牌地址（留空：询问服务器）</translation>
    </message>
    <message>
        <source>Scope</source>
        <translation>权限范围</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>Cases and signed reports of this institution are written there.</source>
        <translation>本机构的病例与签名报告会写入该病历。</translation>
    </message>
    <message>
        <source>Only read from. Your administrator can have cases and reports written.</source>
        <translation>仅读取。管理员可开启病例与报告的写入。</translation>
    </message>
    <message>
        <source>Without an address the clinic&apos;s record is kept on the consultation server.</source>
        <translation>不填地址时，本机构的健康档案保存在会诊服务器上。</translation>
    </message>
    <message>
        <source>Sign in in the browser…</source>
        <translation>在浏览器中登录…</translation>
    </message>
    <message>
        <source>Cancel signing in</source>
        <translation>取消登录</translation>
    </message>
    <message>
        <source>Sign out there</source>
        <translation>退出医院登录</translation>
    </message>
    <message>
        <source>A person signs in (SMART)</source>
        <translation>本人登录（SMART）</translation>
    </message>
    <message>
        <source>Client and key (SMART)</source>
        <translation>客户端与密钥（SMART）</translation>
    </message>
    <message>
        <source>Password of the key, if it has one</source>
        <translation>密钥的口令（如有）</translation>
    </message>
</context>
<context>
    <name>EmrWindow</name>
    <message>
        <source>Nobody was found</source>
        <translation>没有找到患者</translation>
    </message>
    <message>
        <source>Write the whole name, or the number.</source>
        <translation>请输入完整姓名或编号。</translation>
    </message>
    <message>
        <source>Whose record?</source>
        <translation>查找谁的病历？</translation>
    </message>
    <message>
        <source>Write a name or a number, press Enter.</source>
        <translation>输入姓名或编号，按回车。</translation>
    </message>
    <message>
        <source>The search failed</source>
        <translation>查找失败</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>From the hospital&apos;s record</source>
        <translation>从医院病历</translation>
    </message>
    <message>
        <source>Name or number of the patient</source>
        <translation>患者姓名或编号</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Read the record</source>
        <translation>读取病历</translation>
    </message>
    <message>
        <source>Patients of the hospital</source>
        <translation>医院的患者</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Born</source>
        <translation>出生</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>From HL7 files…</source>
        <translation>从 HL7 文件…</translation>
    </message>
    <message>
        <source>From received messages</source>
        <translation>从已接收的消息</translation>
    </message>
    <message>
        <source>Begin a record for the patient of this case</source>
        <translation>为本病例的患者建档</translation>
    </message>
    <message>
        <source>To begin a record, write name, sex, birth and number into the case.</source>
        <translation>要建档，请先在病例中填写姓名、性别、出生日期和编号。</translation>
    </message>
    <message>
        <source>The clinic&apos;s own record</source>
        <translation>本机构健康档案</translation>
    </message>
    <message>
        <source>Patients of the clinic</source>
        <translation>本机构的患者</translation>
    </message>
</context>
<context>
    <name>ExpertFields</name>
    <message>
        <source>Title</source>
        <translation>职称</translation>
    </message>
    <message>
        <source>Departments</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>Years</source>
        <translation>年资</translation>
    </message>
    <message>
        <source>ICD-10 prefixes</source>
        <translation>ICD-10 前缀</translation>
    </message>
    <message>
        <source>Licence number</source>
        <translation>执业证号</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Cases at once</source>
        <translation>同时病例数</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Head of the department</source>
        <translation>科室负责人</translation>
    </message>
</context>
<context>
    <name>ExportSheet</name>
    <message>
        <source>Folder for the files</source>
        <translation>保存文件的文件夹</translation>
    </message>
    <message>
        <source>DICOM files carry the patient&apos;s name and data in their attributes.</source>
        <translation>DICOM 文件的属性中含有患者姓名和资料。</translation>
    </message>
    <message>
        <source>The patient&apos;s name and data can be read in the pictures.</source>
        <translation>图像上可读到患者姓名和资料。</translation>
    </message>
    <message>
        <source>Save pictures as files</source>
        <translation>将图像另存为文件</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>This picture</source>
        <translation>本幅图像</translation>
    </message>
    <message>
        <source>All cells as seen</source>
        <translation>屏幕上的全部窗格</translation>
    </message>
    <message>
        <source>The whole series</source>
        <translation>整个序列</translation>
    </message>
    <message>
        <source>Kind of file</source>
        <translation>文件类型</translation>
    </message>
    <message>
        <source>PNG</source>
        <translation>PNG</translation>
    </message>
    <message>
        <source>JPEG</source>
        <translation>JPEG</translation>
    </message>
    <message>
        <source>DICOM, the original files</source>
        <translation>DICOM 原始文件</translation>
    </message>
    <message>
        <source>DICOM, a capture of what is seen</source>
        <translation>DICOM 屏幕截图（二次捕获）</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>As on the screen</source>
        <translation>与屏幕一致</translation>
    </message>
    <message>
        <source>The picture&apos;s own size</source>
        <translation>图像原始尺寸</translation>
    </message>
    <message>
        <source>With everything drawn over the picture</source>
        <translation>包含叠加的标注和文字</translation>
    </message>
    <message>
        <source>With patient text</source>
        <translation>包含患者信息</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Names, data, overlay planes and the texts of presentation states are left out. Words that are part of the pixels themselves (ultrasound, captures) and what was typed as a mark stay.</source>
        <translation>姓名、资料、叠加平面以及显示状态中的文字不写入图像；像素中自带的文字（超声、截屏）以及手工输入的标注文字会保留。</translation>
    </message>
</context>
<context>
    <name>FactorSetUp</name>
    <message>
        <source>Scan this with an authenticator on your phone, or type the secret below into it. Then enter the six digits that it shows.</source>
        <translation>用手机上的验证器应用扫描此码，或手动输入下方密钥，然后填写它显示的六位数字。</translation>
    </message>
    <message>
        <source>QR code of the secret</source>
        <translation>密钥二维码</translation>
    </message>
    <message>
        <source>Secret to type into the authenticator</source>
        <translation>可手动输入验证器的密钥</translation>
    </message>
    <message>
        <source>Code that the authenticator shows</source>
        <translation>验证器显示的验证码</translation>
    </message>
    <message>
        <source>Put it in force</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Recovery codes: each signs you in once when you do not have the authenticator. They are shown only now. Write them down and keep them where nobody else looks.</source>
        <translation>恢复码：验证器不在身边时，每个恢复码可登录一次。恢复码仅在此时显示，请抄录并保存在他人看不到的地方。</translation>
    </message>
    <message>
        <source>Recovery codes</source>
        <translation>恢复码</translation>
    </message>
    <message>
        <source>Copy them</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>I have put them away</source>
        <translation>我已妥善保存</translation>
    </message>
    <message>
        <source>Please fill this in.</source>
        <translation>请填写此项。</translation>
    </message>
</context>
<context>
    <name>FetchLine</name>
    <message>
        <source>Fetch the rest</source>
        <translation>继续获取</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>FindingRow</name>
    <message>
        <source>Side: {name}</source>
        <translation>侧别：{name}</translation>
    </message>
    <message>
        <source>This is no number and is not in the report. Write it like 8.5.</source>
        <translation>这不是数字，未写入报告。请写成 8.5 这样的形式。</translation>
    </message>
</context>
<context>
    <name>HandOverBody</name>
    <message>
        <source>The experts are being read…</source>
        <translation>正在读取专家名单…</translation>
    </message>
    <message>
        <source>There is no other expert. The dispatcher can help.</source>
        <translation>没有其他专家。请联系会诊中心调度。</translation>
    </message>
    <message>
        <source>Choose the expert.</source>
        <translation>请选择专家。</translation>
    </message>
    <message>
        <source>Say why, and what the other must know.</source>
        <translation>请说明转交原因及对方需要了解的情况。</translation>
    </message>
    <message>
        <source>To whom</source>
        <translation>转交给</translation>
    </message>
    <message>
        <source>Note for the other expert</source>
        <translation>给对方的交接说明</translation>
    </message>
</context>
<context>
    <name>Hanging</name>
    <message>
        <source>Hanging</source>
        <translation>挂片</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Your own {file} is not used: {reason}</source>
        <translation>您自己的 {file} 未被采用：{reason}</translation>
    </message>
</context>
<context>
    <name>Hl7SettingsPart</name>
    <message>
        <source>Receive messages of the hospital&apos;s interface engine (HL7 v2, MLLP)</source>
        <translation>接收医院集成平台的消息（HL7 v2，MLLP）</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Network address (empty: all)</source>
        <translation>监听地址（留空为全部）</translation>
    </message>
    <message>
        <source>Addresses that may send</source>
        <translation>允许发送的地址</translation>
    </message>
    <message>
        <source>TLS: certificate and key of this computer</source>
        <translation>TLS：本机证书与私钥（PEM）</translation>
    </message>
    <message>
        <source>empty: without TLS</source>
        <translation>留空：不用 TLS</translation>
    </message>
    <message>
        <source>TLS: authority of who sends</source>
        <translation>TLS：发送方的证书颁发机构（PEM）</translation>
    </message>
    <message>
        <source>empty: they need no certificate</source>
        <translation>留空：发送方无需证书</translation>
    </message>
</context>
<context>
    <name>InboxPage</name>
    <message>
        <source>Inbox</source>
        <translation>收件箱</translation>
    </message>
    <message>
        <source>Studies that have come in</source>
        <translation>已收到的检查</translation>
    </message>
    <message>
        <source>Nothing has come in</source>
        <translation>尚未收到影像</translation>
    </message>
    <message>
        <source>Devices send here, archives are searched, and files can be dropped here. Receiver and archives are set up in the settings.</source>
        <translation>设备可推送影像到此处，也可检索医院影像归档系统，或将文件拖放到此处。接收服务和归档系统在“设置”中配置。</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Add to a case…</source>
        <translation>附到会诊…</translation>
    </message>
    <message>
        <source>Remove from the inbox</source>
        <translation>从收件箱移除</translation>
    </message>
    <message>
        <source>Search the archive…</source>
        <translation>检索归档系统…</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>New case</source>
        <translation>新建会诊</translation>
    </message>
    <message>
        <source>{n} studies are removed from this computer. What has gone to a case stays there; what has not must be sent again by the device or archive.</source>
        <translation>将从本机移除 {n} 个检查。已附到会诊的影像不受影响；未附到会诊的，需要由设备或归档系统重新发送。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Remove them…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>The images that cannot be opened are removed from this computer. If their key file may be found again, keep them.</source>
        <translation>将从本机移除无法打开的影像。如果密钥文件还可能找回，请保留。</translation>
    </message>
    <message>
        <source>Being written</source>
        <translation>书写中</translation>
    </message>
    <message>
        <source>Submitted: the images come late</source>
        <translation>已提交：作为补传影像</translation>
    </message>
    <message>
        <source>All images are here…</source>
        <translation>影像已齐全…</translation>
    </message>
    <message>
        <source>All images are here</source>
        <translation>影像已齐全</translation>
    </message>
    <message>
        <source>Have you compared the images with the device or the disc? The marks that it broke off and that images could not be read are taken away then. What an archive has announced stays.</source>
        <translation>您已与设备或光盘核对过影像吗？“传输中断”和“无法读取”的标记将被去掉；归档系统宣布的数量仍会保留。</translation>
    </message>
    <message>
        <source>All are here</source>
        <translation>已齐全</translation>
    </message>
    <message>
        <source>Keep the marks</source>
        <translation>保留标记</translation>
    </message>
</context>
<context>
    <name>InstitutionButtons</name>
    <message>
        <source>Reopen</source>
        <translation>重新启用</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Write cases into its hospital&apos;s record</source>
        <translation>开启写入医院病历</translation>
    </message>
    <message>
        <source>Write no more into its hospital&apos;s record</source>
        <translation>停止写入医院病历</translation>
    </message>
</context>
<context>
    <name>IntakeSettingsForm</name>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>Receiver for CT, ultrasound and other devices</source>
        <translation>影像接收（CT、超声等设备）</translation>
    </message>
    <message>
        <source>Archives of the hospital (PACS)</source>
        <translation>医院影像归档系统（PACS）</translation>
    </message>
    <message>
        <source>Watched folder</source>
        <translation>监视文件夹</translation>
    </message>
    <message>
        <source>Receive images (DICOM storage)</source>
        <translation>接收影像（DICOM 存储服务）</translation>
    </message>
    <message>
        <source>Also take images of devices that are not in the list</source>
        <translation>同时接收未列入名单的设备发来的影像</translation>
    </message>
    <message>
        <source>Offer patients of draft cases to devices (worklist)</source>
        <translation>向设备提供草稿会诊的患者信息（工作列表）</translation>
    </message>
    <message>
        <source>Take images from a folder by itself</source>
        <translation>自动收取文件夹中的影像</translation>
    </message>
    <message>
        <source>AE title of this computer</source>
        <translation>本机 AE 名称</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Network address (empty: all)</source>
        <translation>监听地址（留空为全部）</translation>
    </message>
    <message>
        <source>Devices: AE title@address:port; …</source>
        <translation>设备：AE 名称@地址:端口；…</translation>
    </message>
    <message>
        <source>Worklist characters</source>
        <translation>工作列表字符集</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>leave the file where it is</source>
        <translation>文件保留在原处</translation>
    </message>
    <message>
        <source>move it to the subfolder “taken”</source>
        <translation>移入子文件夹“taken”</translation>
    </message>
    <message>
        <source>After an image was taken</source>
        <translation>收取影像之后</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Choose a folder.</source>
        <translation>请选择文件夹。</translation>
    </message>
    <message>
        <source>Messages of the hospital (HL7 v2)</source>
        <translation>医院消息（HL7 v2）</translation>
    </message>
</context>
<context>
    <name>IntakeWindows</name>
    <message>
        <source>Folder with images</source>
        <translation>选择影像文件夹</translation>
    </message>
    <message>
        <source>Photographs, PDF, ZIP and DICOM files</source>
        <translation>照片、PDF、ZIP 与 DICOM 文件</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>选择要监视的文件夹</translation>
    </message>
    <message>
        <source>HL7 v2 messages (ADT, ORU, MDM)</source>
        <translation>HL7 v2 消息（ADT、ORU、MDM）</translation>
    </message>
</context>
<context>
    <name>InvitationWindow</name>
    <message>
        <source>Valid until {time}</source>
        <translation>有效期至 {time}</translation>
    </message>
    <message>
        <source>Invite to the call</source>
        <translation>邀请参加视频会诊</translation>
    </message>
    <message>
        <source>Name of the guest</source>
        <translation>来宾姓名</translation>
    </message>
    <message>
        <source>Takes part as</source>
        <translation>参加身份</translation>
    </message>
    <message>
        <source>Valid for</source>
        <translation>有效时间</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Relative or other guest</source>
        <translation>家属或其他来宾</translation>
    </message>
    <message>
        <source>{n} minutes</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} 小时</translation>
    </message>
    <message>
        <source>Link of the invitation</source>
        <translation>邀请链接</translation>
    </message>
    <message>
        <source>QR code of the invitation</source>
        <translation>邀请二维码</translation>
    </message>
    <message>
        <source>Send the link, or let the guest scan the code with a phone. It opens this call for one person, once; the guest needs a browser and nothing else.</source>
        <translation>请把链接发给来宾，或让来宾用手机扫描二维码。链接只供一人使用一次，只能进入本次视频会诊；来宾只需要浏览器，无需安装软件。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Another link</source>
        <translation>再生成一个链接</translation>
    </message>
    <message>
        <source>Make the link</source>
        <translation>生成链接</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Say who is invited; the doctors see this name.</source>
        <translation>请填写来宾姓名，参加会诊的医生会看到它。</translation>
    </message>
    <message>
        <source>Withdraw the link</source>
        <translation>撤回链接</translation>
    </message>
</context>
<context>
    <name>InvitedGuests</name>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Put out</source>
        <translation>请出通话</translation>
    </message>
    <message>
        <source>Really put out?</source>
        <translation>确定请出？</translation>
    </message>
</context>
<context>
    <name>KeyChoice</name>
    <message>
        <source>Choose a key file…</source>
        <translation>选择密钥文件…</translation>
    </message>
    <message>
        <source>Copy the public key</source>
        <translation>复制公钥</translation>
    </message>
    <message>
        <source>Chosen: {name}. It holds once it is saved.</source>
        <translation>已选择：{name}。保存后生效。</translation>
    </message>
    <message>
        <source>Key {id} is kept here.</source>
        <translation>本机保存有密钥 {id}。</translation>
    </message>
    <message>
        <source>No key has been chosen.</source>
        <translation>尚未选择密钥。</translation>
    </message>
    <message>
        <source>Key of this client</source>
        <translation>客户端密钥</translation>
    </message>
    <message>
        <source>Keys (*.pem *.key *.jwk *.json)</source>
        <translation>密钥 (*.pem *.key *.jwk *.json)</translation>
    </message>
    <message>
        <source>The public key (JWK Set) is in the clipboard.</source>
        <translation>公钥（JWK Set）已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>What it does, or a key</source>
        <translation>功能或按键</translation>
    </message>
    <message>
        <source>Find a key</source>
        <translation>查找按键</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>功能</translation>
    </message>
</context>
<context>
    <name>LanguageChoice</name>
    <message>
        <source>Any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Languages: {languages}</source>
        <translation>语言：{languages}</translation>
    </message>
</context>
<context>
    <name>LengthEntry</name>
    <message>
        <source>How long is the line?</source>
        <translation>该线段的实际长度是多少？</translation>
    </message>
    <message>
        <source>Known length</source>
        <translation>已知长度</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Holds for</source>
        <translation>适用于</translation>
    </message>
    <message>
        <source>This picture</source>
        <translation>本幅图像</translation>
    </message>
    <message>
        <source>All pictures of this size in the series</source>
        <translation>本序列中同尺寸的全部图像</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>{n} cases</source>
        <translation>共 {n} 例</translation>
    </message>
    <message>
        <source>Learning points</source>
        <translation>学习要点</translation>
    </message>
    <message>
        <source>Case library</source>
        <translation>病例库</translation>
    </message>
    <message>
        <source>Search diagnosis, finding, code, department</source>
        <translation>搜索诊断、所见、编码、科室</translation>
    </message>
    <message>
        <source>Search the case library</source>
        <translation>搜索病例库</translation>
    </message>
    <message>
        <source>Cases found</source>
        <translation>找到的病例</translation>
    </message>
    <message>
        <source>No case found</source>
        <translation>没有找到病例</translation>
    </message>
    <message>
        <source>Closed cases whose patient agreed and whose expert recommended them.</source>
        <translation>经患者同意并由专家推荐的已结束病例。</translation>
    </message>
    <message>
        <source>The library could not be read</source>
        <translation>无法读取病例库</translation>
    </message>
    <message>
        <source>Check the network, then try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>LineChoice</name>
    <message>
        <source>As the site wants it ({mode})</source>
        <translation>按站点设置（{mode}）</translation>
    </message>
    <message>
        <source>Name a department.</source>
        <translation>请填写科室。</translation>
    </message>
    <message>
        <source>How cases find an expert</source>
        <translation>派单方式</translation>
    </message>
    <message>
        <source>Departments and how their cases find an expert</source>
        <translation>各科室的派单方式</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Save for this department</source>
        <translation>为该科室保存</translation>
    </message>
</context>
<context>
    <name>LineNote</name>
    <message>
        <source>Nobody by name</source>
        <translation>不指定专家</translation>
    </message>
    <message>
        <source>An expert of another department</source>
        <translation>其他科室的专家</translation>
    </message>
    <message>
        <source>Expert asked by name</source>
        <translation>指定专家</translation>
    </message>
</context>
<context>
    <name>LockOuts</name>
    <message>
        <source>Lock-outs</source>
        <translation>登录锁定</translation>
    </message>
    <message>
        <source>Check the network, then try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>Nobody has given a wrong password or code today</source>
        <translation>最近一天没有密码或验证码错误</translation>
    </message>
    <message>
        <source>The lock-outs could not be read</source>
        <translation>无法读取登录锁定情况</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>LockSettings</name>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>As the site wants it</source>
        <translation>按站点规定</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Lock the window when nobody has touched it for</source>
        <translation>无操作多久后锁定窗口</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>立即锁定</translation>
    </message>
</context>
<context>
    <name>LockWindow</name>
    <message>
        <source>Huizhen – locked</source>
        <translation>远程会诊 – 已锁定</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>What you were doing is kept, and goes on where you left it.</source>
        <translation>您正在进行的工作已保留，解锁后可继续。</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>A case rings for you. Unlock to see it.</source>
        <translation>有病例正在呼叫您，请解锁查看。</translation>
    </message>
    <message>
        <source>Your call goes on</source>
        <translation>通话仍在继续</translation>
    </message>
    <message>
        <source>Hang up</source>
        <translation>挂断</translation>
    </message>
    <message>
        <source>Microphone on</source>
        <translation>打开麦克风</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Huizhen – remote consultation</source>
        <translation>远程会诊</translation>
    </message>
</context>
<context>
    <name>MarkPanel</name>
    <message>
        <source>Measurements and marks</source>
        <translation>测量与标注</translation>
    </message>
    <message>
        <source>Nothing is marked yet. Choose a tool under Measure and draw on the picture.</source>
        <translation>还没有标注。请在“测量”中选择工具，在图像上绘制。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Save as DICOM…</source>
        <translation>另存为 DICOM…</translation>
    </message>
</context>
<context>
    <name>MarkWindow</name>
    <message>
        <source>Over since</source>
        <translation>结束于</translation>
    </message>
</context>
<context>
    <name>Marking</name>
    <message>
        <source>Folder for the DICOM files</source>
        <translation>DICOM 文件的保存位置</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) saved.</source>
        <translation>
            <numerusform>已保存 %n 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Not saved: {reason}</source>
        <translation>未保存：{reason}</translation>
    </message>
    <message>
        <source>Not saved: the folder cannot be written to.</source>
        <translation>未保存：该文件夹无法写入。</translation>
    </message>
    <message>
        <source>Not saved: these pictures cannot be referred to.</source>
        <translation>未保存：这些图像无法被引用。</translation>
    </message>
    <message>
        <source>Not saved: something unexpected went wrong; the log tells where.</source>
        <translation>未保存：发生意外错误，位置已记入日志。</translation>
    </message>
    <message>
        <source>Not saved: the report of the measurements.</source>
        <translation>未保存：测量报告。</translation>
    </message>
    <message>
        <source>Not saved: what is drawn on some of the pictures.</source>
        <translation>未保存：部分图像上的标注图形。</translation>
    </message>
    <message>
        <source>Not saved: the list of key images.</source>
        <translation>未保存：关键图像列表。</translation>
    </message>
    <message numerus="yes">
        <source>%n mark(s) from before are here again.</source>
        <translation>
            <numerusform>之前所作的 %n 个标记已恢复。</numerusform>
        </translation>
    </message>
    <message>
        <source>Marks cannot be kept on this computer until they are saved: its disk may be full. Save them as DICOM now.</source>
        <translation>未保存的标注无法暂存在本机，磁盘可能已满。请立即将其保存为 DICOM。</translation>
    </message>
    <message>
        <source>The picture&apos;s file lacks its {attribute}. Have it exported again.</source>
        <translation>该影像文件缺少 {attribute}，请让发送方重新导出。</translation>
    </message>
    <message>
        <source>The marks stay here. Tell the help desk this code: {code}</source>
        <translation>标注仍保留在此处。请将此代码告知信息科：{code}</translation>
    </message>
    <message>
        <source>Marks and measurements</source>
        <translation>标注与测量</translation>
    </message>
    <message>
        <source>Left out of the report of the measurements: {places}.</source>
        <translation>以下图像的测量未写入测量报告：{places}。</translation>
    </message>
    <message>
        <source>What is drawn on these pictures is not saved: {places}.</source>
        <translation>以下图像上的标注未保存：{places}。</translation>
    </message>
    <message>
        <source>Left out of the list of key images: {places}.</source>
        <translation>以下图像未列入关键图像：{places}。</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>另有 %n 处</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MdtBody</name>
    <message>
        <source>{name} holds the case and chairs.</source>
        <translation>{name} 已接诊，由其主持。</translation>
    </message>
    <message>
        <source>Choose who chairs.</source>
        <translation>请选择主持人。</translation>
    </message>
    <message>
        <source>Say why several experts are needed.</source>
        <translation>请说明为何需要多位专家。</translation>
    </message>
    <message>
        <source>Choose a department for each opinion.</source>
        <translation>请为每份意见选择科室。</translation>
    </message>
    <message>
        <source>Name each expert once.</source>
        <translation>每位专家只能指定一次。</translation>
    </message>
    <message>
        <source>Who chairs writes the conclusion: name somebody else for the opinion.</source>
        <translation>主持人负责写结论，请另选专家出具意见。</translation>
    </message>
    <message>
        <source>Who chairs and writes the conclusion</source>
        <translation>主持并撰写结论的专家</translation>
    </message>
    <message>
        <source>Whose opinions</source>
        <translation>请谁出具意见</translation>
    </message>
    <message>
        <source>Why several experts are needed</source>
        <translation>为何需要多位专家</translation>
    </message>
    <message>
        <source>One more</source>
        <translation>增加一份</translation>
    </message>
    <message>
        <source>One less</source>
        <translation>减少一份</translation>
    </message>
</context>
<context>
    <name>MinutesPart</name>
    <message>
        <source>Who does not agree with the conclusion</source>
        <translation>谁不同意结论</translation>
    </message>
</context>
<context>
    <name>NewAccountForm</name>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Name shown</source>
        <translation>显示姓名</translation>
    </message>
    <message>
        <source>First password</source>
        <translation>初始密码</translation>
    </message>
    <message>
        <source>Institution</source>
        <translation>机构</translation>
    </message>
    <message>
        <source>Add this person</source>
        <translation>添加此人员</translation>
    </message>
    <message>
        <source>Needed: a user name of small letters and digits, a name, a password of at least 8 characters, and a role; for experts title and department.</source>
        <translation>需要填写：由小写字母和数字组成的用户名、姓名、至少 8 位的密码和角色；专家还需要职称和科室。</translation>
    </message>
</context>
<context>
    <name>NotesPanel</name>
    <message>
        <source>Measurements and marks of the file</source>
        <translation>文件中的测量与标记</translation>
    </message>
    <message>
        <source>Statements</source>
        <translation>文字结论</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>测量值</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>… and {n} more</source>
        <translation>… 另有 {n} 条</translation>
    </message>
</context>
<context>
    <name>NoticeArea</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
    <message>
        <source>Open the case</source>
        <translation>打开会诊</translation>
    </message>
    <message>
        <source>Show it on the board</source>
        <translation>在看板中查看</translation>
    </message>
</context>
<context>
    <name>NotificationsPage</name>
    <message>
        <source>{n} unread</source>
        <translation>{n} 条未读</translation>
    </message>
    <message>
        <source>You take no part in this case now, so it does not open.</source>
        <translation>您现在不参与此病例，因此不能打开。</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>No network: what is new comes when it is back.</source>
        <translation>没有网络：恢复后会收到新通知。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Urgency</source>
        <translation>紧急程度</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Only unread</source>
        <translation>只看未读</translation>
    </message>
    <message>
        <source>What was told to you, newest first</source>
        <translation>告知您的事项，最新的在前</translation>
    </message>
    <message>
        <source>Open the case</source>
        <translation>打开病例</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>标为已读</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Mark all as read</source>
        <translation>全部标为已读</translation>
    </message>
    <message>
        <source>Remove all</source>
        <translation>全部移除</translation>
    </message>
    <message>
        <source>Show older ones</source>
        <translation>显示更早的</translation>
    </message>
    <message>
        <source>Nothing was told to you</source>
        <translation>没有通知</translation>
    </message>
    <message>
        <source>What concerns you stands here as soon as it happens, for 30 days.</source>
        <translation>与您有关的事项一发生就显示在这里，保留 30 天。</translation>
    </message>
    <message>
        <source>The notifications could not be read</source>
        <translation>无法读取通知</translation>
    </message>
    <message>
        <source>Check the network, then try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>ObjectPanel</name>
    <message>
        <source>Objects for the pictures</source>
        <translation>图像附加对象</translation>
    </message>
    <message>
        <source>No presentation states, segmentations or structures for this series.</source>
        <translation>本序列没有显示状态、分割或结构。</translation>
    </message>
    <message>
        <source>Only the edges of segments</source>
        <translation>仅显示分割边缘</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Opacity of segments</source>
        <translation>分割的不透明度</translation>
    </message>
    <message>
        <source>Go to its first picture</source>
        <translation>转到其首幅图像</translation>
    </message>
</context>
<context>
    <name>ObjectsDesk</name>
    <message>
        <source>There are no presentation states for this series.</source>
        <translation>本序列没有显示状态。</translation>
    </message>
    <message>
        <source>It lies on no picture of this series.</source>
        <translation>它不在本序列的任何图像上。</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) are for pictures that are not here.</source>
        <translation>
            <numerusform>%n 个对象所属的图像不在此处。</numerusform>
        </translation>
    </message>
    <message>
        <source>Planes show the pictures without presentation states.</source>
        <translation>重建平面显示的图像不应用显示状态。</translation>
    </message>
    <message>
        <source>Contours lie on planes that are parallel to theirs.</source>
        <translation>轮廓仅显示在与其平行的平面上。</translation>
    </message>
</context>
<context>
    <name>OutputDesk</name>
    <message>
        <source>There is no such file: what is shown was made here.</source>
        <translation>没有对应的原始文件：当前显示的图像是在本机重建的。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) saved.</source>
        <translation>
            <numerusform>已保存 %n 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Handed to the printer.</source>
        <translation>已发送至打印机。</translation>
    </message>
    <message>
        <source>Nothing is shown that could be printed.</source>
        <translation>当前没有可打印的图像。</translation>
    </message>
    <message>
        <source>PDF saved.</source>
        <translation>PDF 已保存。</translation>
    </message>
    <message>
        <source>Stopped; nothing was saved.</source>
        <translation>已停止，未保存任何文件。</translation>
    </message>
    <message>
        <source>Nothing was saved. {reason}</source>
        <translation>未保存任何文件。{reason}</translation>
    </message>
    <message>
        <source>Saved by {name} at {time}</source>
        <translation>由 {name} 于 {time} 保存</translation>
    </message>
    <message>
        <source>Saved at {time}</source>
        <translation>于 {time} 保存</translation>
    </message>
</context>
<context>
    <name>OutputSheet</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>OwnSessions</name>
    <message>
        <source>Where you are signed in</source>
        <translation>您登录的设备</translation>
    </message>
    <message>
        <source>Sign out there</source>
        <translation>退出该设备</translation>
    </message>
    <message>
        <source>Sign out everywhere else</source>
        <translation>退出其他所有设备</translation>
    </message>
    <message>
        <source>This cannot be read now: check the network and open the settings again.</source>
        <translation>暂时无法读取：请检查网络后重新打开设置。</translation>
    </message>
    <message>
        <source>If you do not know one of these, sign it out and change your password.</source>
        <translation>如有不认识的设备，请将其退出并修改密码。</translation>
    </message>
</context>
<context>
    <name>PacsEntries</name>
    <message>
        <source>Archives</source>
        <translation>归档系统</translation>
    </message>
    <message>
        <source>Add an archive</source>
        <translation>添加归档系统</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试连接</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Speaks</source>
        <translation>通信方式</translation>
    </message>
    <message>
        <source>AE title</source>
        <translation>AE 名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Fetch by</source>
        <translation>调取方式</translation>
    </message>
    <message>
        <source>Characters of questions</source>
        <translation>查询字符集</translation>
    </message>
    <message>
        <source>DICOMweb address</source>
        <translation>DICOMweb 地址</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Password (empty: as it was)</source>
        <translation>密码（留空则不变）</translation>
    </message>
    <message>
        <source>DICOM (AE title)</source>
        <translation>DICOM（AE 名称）</translation>
    </message>
    <message>
        <source>C-GET (through the same connection)</source>
        <translation>C-GET（经同一连接）</translation>
    </message>
    <message>
        <source>C-MOVE (to the receiver)</source>
        <translation>C-MOVE（发送到本机接收服务）</translation>
    </message>
    <message>
        <source>Reports go there by themselves once they are received</source>
        <translation>收到报告后自动存入此归档系统</translation>
    </message>
</context>
<context>
    <name>PacsWindow</name>
    <message>
        <source>Search the archive</source>
        <translation>检索归档系统</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档系统</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Patient ID</source>
        <translation>患者编号</translation>
    </message>
    <message>
        <source>Accession no.</source>
        <translation>检查号</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>检查日期</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>检索</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Fetch into the inbox</source>
        <translation>调取到收件箱</translation>
    </message>
    <message>
        <source>Studies of the archive</source>
        <translation>归档系统中的检查</translation>
    </message>
    <message>
        <source>What is being fetched</source>
        <translation>正在调取的检查</translation>
    </message>
    <message>
        <source>No study found</source>
        <translation>未找到检查</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>请输入检索条件</translation>
    </message>
    <message>
        <source>Try less of the name, or other dates.</source>
        <translation>请缩短姓名，或更换日期再试。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Any part of a name, a number, or days; with nothing typed all are asked for.</source>
        <translation>可输入姓名的一部分、编号或日期；不填条件则列出全部检查。</translation>
    </message>
    <message>
        <source>The search did not succeed</source>
        <translation>检索未成功</translation>
    </message>
    <message>
        <source>Search by pinyin</source>
        <translation>用拼音查询</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find anything</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Command, case number or patient</source>
        <translation>命令、会诊编号或患者</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>查找结果</translation>
    </message>
</context>
<context>
    <name>PaperWindow</name>
    <message>
        <source>Report as PDF</source>
        <translation>报告另存为 PDF</translation>
    </message>
    <message>
        <source>The file could not be written there. Choose another folder.</source>
        <translation>无法写入该位置，请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>已保存。</translation>
    </message>
    <message>
        <source>Printing page {n} of {count}</source>
        <translation>正在打印第 {n} 页，共 {count} 页</translation>
    </message>
    <message>
        <source>Printing was stopped.</source>
        <translation>打印已停止。</translation>
    </message>
    <message>
        <source>Printing failed.</source>
        <translation>打印失败。</translation>
    </message>
    <message>
        <source>Handed to the printer.</source>
        <translation>已交给打印机。</translation>
    </message>
    <message>
        <source>Draft of the report</source>
        <translation>报告草稿</translation>
    </message>
    <message>
        <source>Report {number}</source>
        <translation>报告 {number}</translation>
    </message>
    <message>
        <source>Pages of the report</source>
        <translation>报告页面</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>另存为 PDF…</translation>
    </message>
    <message>
        <source>Stop printing</source>
        <translation>停止打印</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>This is how it would be signed now.</source>
        <translation>这是此刻签署时的样子。</translation>
    </message>
    <message>
        <source>Report for the archive</source>
        <translation>供归档的报告</translation>
    </message>
    <message>
        <source>DICOM (*.dcm)</source>
        <translation>DICOM (*.dcm)</translation>
    </message>
    <message>
        <source>Save as DICOM…</source>
        <translation>另存为 DICOM…</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Laying the report out for A5…</source>
        <translation>正在按 A5 排版…</translation>
    </message>
    <message>
        <source>Laid out for A5. What is saved is the signed file.</source>
        <translation>已按 A5 排版。保存的仍是已签名的文件。</translation>
    </message>
    <message>
        <source>It cannot be laid out for A5 now. Print it on A4, or try again.</source>
        <translation>目前无法排成 A5 版式。请用 A4 打印，或稍后重试。</translation>
    </message>
    <message>
        <source>Making the object…</source>
        <translation>正在生成 DICOM 文件…</translation>
    </message>
    <message>
        <source>On its way. You are told when the archive has it.</source>
        <translation>正在发送。归档系统收到后会通知您。</translation>
    </message>
    <message>
        <source>It could not be prepared. Try again.</source>
        <translation>未能生成，请重试。</translation>
    </message>
    <message>
        <source>Send to the archive</source>
        <translation>发送到归档系统</translation>
    </message>
    <message>
        <source>Being laid out anew…</source>
        <translation>正在重新排版…</translation>
    </message>
    <message>
        <source>It could not be laid out anew: what you see is older than your words.</source>
        <translation>未能重新排版：所见内容早于您刚写的文字。</translation>
    </message>
</context>
<context>
    <name>PasswordBody</name>
    <message>
        <source>Please fill this in.</source>
        <translation>请填写此项。</translation>
    </message>
    <message>
        <source>Your password</source>
        <translation>您的密码</translation>
    </message>
    <message>
        <source>The draft was written on. Read it again, then enter your password.</source>
        <translation>草稿又有改动。请重新阅读后再输入密码。</translation>
    </message>
</context>
<context>
    <name>PatientBanner</name>
    <message>
        <source>{warning} · compared by the clinic</source>
        <translation>{warning} · 诊所已核对</translation>
    </message>
</context>
<context>
    <name>PatientFields</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Born (year-month-day)</source>
        <translation>出生日期（年-月-日）</translation>
    </message>
    <message>
        <source>Number at the clinic</source>
        <translation>院内编号</translation>
    </message>
    <message>
        <source>Telephone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>Allergies (separated by commas)</source>
        <translation>过敏史（用逗号分隔）</translation>
    </message>
    <message>
        <source>Write the date like 1960-05-17; it cannot be in the future.</source>
        <translation>请按 1960-05-17 的格式填写，且不能晚于今天。</translation>
    </message>
</context>
<context>
    <name>PdfPages</name>
    <message>
        <source>This page cannot be drawn.</source>
        <translation>此页无法显示。</translation>
    </message>
</context>
<context>
    <name>PictureRow</name>
    <message>
        <source>Picture {n}</source>
        <translation>图 {n}</translation>
    </message>
    <message>
        <source>Caption of picture {n}</source>
        <translation>图 {n} 的说明</translation>
    </message>
    <message>
        <source>What is to be seen</source>
        <translation>说明所见</translation>
    </message>
    <message>
        <source>{name}: show its image</source>
        <translation>{name}：查看原图像</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>{name} · cannot be had any more</source>
        <translation>{name} · 已无法取得</translation>
    </message>
</context>
<context>
    <name>PicturesPart</name>
    <message>
        <source>Pictures ({n} of {most})</source>
        <translation>图像（{n}/{most}）</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Take what the viewer shows</source>
        <translation>插入当前图像</translation>
    </message>
</context>
<context>
    <name>PresenceView</name>
    <message>
        <source>Pause</source>
        <translation>暂停接诊</translation>
    </message>
    <message>
        <source>Nobody rings you while you pause, except for critical cases</source>
        <translation>暂停期间除危急会诊外不会呼叫您</translation>
    </message>
    <message>
        <source>End the pause</source>
        <translation>结束暂停</translation>
    </message>
    <message>
        <source>For {n} minutes</source>
        <translation>暂停 {n} 分钟</translation>
    </message>
</context>
<context>
    <name>PreviewDialog</name>
    <message>
        <source>Reading files: {done} of {total}</source>
        <translation>正在读取文件：{done} / {total}</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>查找结果</translation>
    </message>
    <message>
        <source>Looking into the files…</source>
        <translation>正在查看文件…</translation>
    </message>
    <message>
        <source>No images were found there.</source>
        <translation>未找到影像。</translation>
    </message>
    <message>
        <source>Whose images these are</source>
        <translation>请核对影像所属患者</translation>
    </message>
    <message>
        <source>Add to the case</source>
        <translation>附到会诊</translation>
    </message>
    <message>
        <source>Take into the inbox</source>
        <translation>收入收件箱</translation>
    </message>
    <message>
        <source>Take nothing</source>
        <translation>不添加</translation>
    </message>
    <message>
        <source>⚠ another patient: {name}</source>
        <translation>⚠ 其他患者：{name}</translation>
    </message>
    <message>
        <source>Looking for files…</source>
        <translation>正在查找文件…</translation>
    </message>
    <message>
        <source>Send smaller, with a small loss (the expert sees “Lossy”)</source>
        <translation>有损压缩后发送，文件更小（专家端显示“有损压缩”）</translation>
    </message>
    <message>
        <source>For lines that are too slow otherwise. No grey level changes by more than a thousandth of the range. Mammograms, PET and compressed pictures stay as they are.</source>
        <translation>仅用于网络过慢的情况。任何灰度的变化都不超过图像灰度范围的千分之一。乳腺片、PET 和已压缩的图像保持原样。</translation>
    </message>
</context>
<context>
    <name>PrintSheet</name>
    <message>
        <source>No page can be shown.</source>
        <translation>没有可预览的页面。</translation>
    </message>
    <message>
        <source>Pictures as PDF</source>
        <translation>图像另存为 PDF</translation>
    </message>
    <message>
        <source>Page {n} of {count}</source>
        <translation>第 {n} 页，共 {count} 页</translation>
    </message>
    <message>
        <source>True size holds when the printer does not fit the page: print at 100 % and check the 100 mm line.</source>
        <translation>仅当打印机不缩放页面时才是真实尺寸：请按 100% 打印，并核对 100 mm 标尺。</translation>
    </message>
    <message>
        <source>The paper names the patient.</source>
        <translation>打印件上含有患者姓名。</translation>
    </message>
    <message>
        <source>The paper does not name the patient.</source>
        <translation>打印件上不含患者姓名。</translation>
    </message>
    <message>
        <source>Print pictures</source>
        <translation>打印图像</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Page before</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>This picture</source>
        <translation>本幅图像</translation>
    </message>
    <message>
        <source>All cells as seen</source>
        <translation>屏幕上的全部窗格</translation>
    </message>
    <message>
        <source>The whole series</source>
        <translation>整个序列</translation>
    </message>
    <message>
        <source>Pictures a page</source>
        <translation>每页图像数</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>White</source>
        <translation>白色</translation>
    </message>
    <message>
        <source>Black</source>
        <translation>黑色</translation>
    </message>
    <message>
        <source>True size (1:1) where the picture is calibrated</source>
        <translation>已校准的图像按真实尺寸（1:1）打印</translation>
    </message>
    <message>
        <source>With everything drawn over the picture</source>
        <translation>包含叠加的标注和文字</translation>
    </message>
    <message>
        <source>With the patient&apos;s line</source>
        <translation>包含患者信息栏</translation>
    </message>
    <message>
        <source>PDF…</source>
        <translation>PDF…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message numerus="yes">
        <source>%n file(s) cannot be shown</source>
        <translation>
            <numerusform>%n 个文件无法显示</numerusform>
        </translation>
    </message>
    <message>
        <source>Files that cannot be shown</source>
        <translation>无法显示的文件</translation>
    </message>
    <message>
        <source>Your own {file} is not used: {reason}</source>
        <translation>您自己的 {file} 未被采用：{reason}</translation>
    </message>
    <message>
        <source>Settings of your own are not used</source>
        <translation>您自己的设置未被采用</translation>
    </message>
</context>
<context>
    <name>ProfileEditor</name>
    <message>
        <source>Profile of the chosen expert</source>
        <translation>所选专家的资料</translation>
    </message>
    <message>
        <source>Save the profile</source>
        <translation>保存资料</translation>
    </message>
    <message>
        <source>Name at least one department.</source>
        <translation>请至少填写一个科室。</translation>
    </message>
</context>
<context>
    <name>QuestionFields</name>
    <message>
        <source>Question to the expert</source>
        <translation>向专家提出的问题</translation>
    </message>
    <message>
        <source>Reason for the consultation</source>
        <translation>会诊原因</translation>
    </message>
    <message>
        <source>History</source>
        <translation>病史</translation>
    </message>
    <message>
        <source>Findings at the clinic</source>
        <translation>本院所见</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Urgency</source>
        <translation>紧急程度</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>Talk language</source>
        <translation>沟通语言</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>不限</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Cases</source>
        <translation>会诊</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>病例库</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Inbox</source>
        <translation>收件箱</translation>
    </message>
    <message>
        <source>Board</source>
        <translation>调度看板</translation>
    </message>
    <message>
        <source>Rota</source>
        <translation>排班</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>News</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>News ({n})</source>
        <translation>通知（{n}）</translation>
    </message>
</context>
<context>
    <name>ReadBackBody</name>
    <message>
        <source>At most {n} characters.</source>
        <translation>最多 {n} 个字。</translation>
    </message>
    <message>
        <source>What was understood, in own words</source>
        <translation>您的理解（用自己的话复述）</translation>
    </message>
    <message>
        <source>Who was told (patient, ward, relatives)</source>
        <translation>已告知谁（患者、病区、家属）</translation>
    </message>
    <message>
        <source>Write in your own words what the finding is, as you understood it.</source>
        <translation>请用自己的话写明您所理解的危急值内容。</translation>
    </message>
</context>
<context>
    <name>ReadRecord</name>
    <message>
        <source>Reading the record of {name}…</source>
        <translation>正在读取{name}的病历…</translation>
    </message>
    <message>
        <source>What goes with the case</source>
        <translation>随病例共享的内容</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Sharing…</source>
        <translation>正在共享…</translation>
    </message>
    <message>
        <source>Share with the case</source>
        <translation>随病例共享</translation>
    </message>
    <message>
        <source>I have compared: this is the patient of the case</source>
        <translation>我已核对：就是本病例的患者</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>录入…</translation>
    </message>
    <message>
        <source>Entered in error…</source>
        <translation>录入有误…</translation>
    </message>
    <message>
        <source>Mark the entry that is wrong first.</source>
        <translation>请先选中有误的条目。</translation>
    </message>
    <message>
        <source>Entered in error</source>
        <translation>录入有误</translation>
    </message>
    <message>
        <source>Mark as entered in error</source>
        <translation>标记为录入有误</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Only what is ticked goes with the case. Its experts read it, and who reads it is written down.</source>
        <translation>只有勾选的内容随病例提交。本病例的专家可以阅读，每次阅读都有记录。</translation>
    </message>
    <message>
        <source>Fetch its images…</source>
        <translation>调取影像…</translation>
    </message>
    <message>
        <source>Which of these values is wrong?</source>
        <translation>这些数值中哪一个有误？</translation>
    </message>
    <message>
        <source>Mark this as entered in error? Nobody is shown it any more. It is one entry, and goes as a whole:</source>
        <translation>将下面的内容标记为录入有误？此后不再向任何人显示。它是一条记录，会整条标记：</translation>
    </message>
    <message>
        <source>Stopped, over…</source>
        <translation>已停用、已结束…</translation>
    </message>
    <message>
        <source>Stopped, over</source>
        <translation>已停用、已结束</translation>
    </message>
    <message>
        <source>This stays in the record as something that was:</source>
        <translation>下面的内容会作为既往情况保留在档案中：</translation>
    </message>
    <message>
        <source>It is over</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Correct the patient of this record…</source>
        <translation>更正这份档案的患者信息…</translation>
    </message>
    <message>
        <source>Compare with the patient&apos;s papers. The record is then told as the case has it:</source>
        <translation>请与患者的证件核对。核对后，档案将按病例中的信息更正：</translation>
    </message>
    <message>
        <source>Correct the patient</source>
        <translation>更正患者信息</translation>
    </message>
    <message>
        <source>I have compared: correct it</source>
        <translation>已核对，更正</translation>
    </message>
    <message>
        <source>This is not the whole record: reading was stopped.</source>
        <translation>这不是完整病历：读取已停止。</translation>
    </message>
    <message>
        <source>It is chosen when all of the record has been read.</source>
        <translation>全部病历读完后再选择。</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>Full documents ({size})</source>
        <translation>文书全文（{size}）</translation>
    </message>
    <message>
        <source>Fetching what the documents say: {done} of {documents}</source>
        <translation>正在获取文书内容：{done}/{documents}</translation>
    </message>
</context>
<context>
    <name>ReasonBody</name>
    <message>
        <source>Please fill this in.</source>
        <translation>请填写此项。</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>ReasonPanel</name>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Please fill this in.</source>
        <translation>请填写此项。</translation>
    </message>
</context>
<context>
    <name>RecordEntryWindow</name>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Add to the record</source>
        <translation>录入健康档案</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>ICD-10, where it is known</source>
        <translation>ICD-10（知道时填写）</translation>
    </message>
    <message>
        <source>Dangerous: anaphylaxis, or breath or circulation in danger</source>
        <translation>高危：过敏性休克，或危及呼吸、循环</translation>
    </message>
    <message>
        <source>No allergies are known: the patient was asked</source>
        <translation>已询问患者：无已知过敏</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Usual from</source>
        <translation>参考值 从</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>Throw away what was typed? It is not in the record.</source>
        <translation>要丢弃已填写的内容吗？它还没有写入档案。</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Go on writing</source>
        <translation>继续填写</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
</context>
<context>
    <name>RecordPane</name>
    <message>
        <source>Images</source>
        <translation>影像</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Record of the case</source>
        <translation>病历资料</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>录像</translation>
    </message>
    <message>
        <source>Earlier images of this patient</source>
        <translation>该患者的既往影像</translation>
    </message>
    <message>
        <source>Health record</source>
        <translation>电子病历</translation>
    </message>
</context>
<context>
    <name>RecordSections</name>
    <message>
        <source>Part of the record</source>
        <translation>病历的部分</translation>
    </message>
    <message>
        <source>Entries of the record</source>
        <translation>病历条目</translation>
    </message>
    <message>
        <source>Values of the record</source>
        <translation>病历中的数值</translation>
    </message>
    <message>
        <source>Photograph of the patient</source>
        <translation>患者照片</translation>
    </message>
</context>
<context>
    <name>RecordWindow</name>
    <message>
        <source>Health record</source>
        <translation>电子病历</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>RecordingMark</name>
    <message>
        <source>Record…</source>
        <translation>录制…</translation>
    </message>
    <message>
        <source>Answer…</source>
        <translation>答复…</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤销请求</translation>
    </message>
    <message>
        <source>Stop recording</source>
        <translation>停止录制</translation>
    </message>
    <message>
        <source>Withdraw consent</source>
        <translation>撤回同意</translation>
    </message>
</context>
<context>
    <name>RecordingPlayerWindow</name>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Place in the recording</source>
        <translation>播放位置</translation>
    </message>
</context>
<context>
    <name>RecordingQuestion</name>
    <message>
        <source>Ask everybody</source>
        <translation>征求所有人同意</translation>
    </message>
    <message>
        <source>I agree</source>
        <translation>我同意</translation>
    </message>
    <message>
        <source>No, do not record</source>
        <translation>不同意录制</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Answer later</source>
        <translation>稍后答复</translation>
    </message>
</context>
<context>
    <name>RecordingsPane</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Recordings of the case</source>
        <translation>本次会诊的录像</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>It is deleted for good, for everybody. That it was there stays in the log.</source>
        <translation>录像将对所有人永久删除；曾有此录像的记录保留在审计日志中。</translation>
    </message>
    <message>
        <source>Delete: a participant wishes it</source>
        <translation>删除：应参加者要求</translation>
    </message>
    <message>
        <source>Delete: recorded by mistake</source>
        <translation>删除：误录</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>ReportCopyWindow</name>
    <message>
        <source>Copy the link</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <source>Another link</source>
        <translation>再生成一个链接</translation>
    </message>
    <message>
        <source>Make the link</source>
        <translation>生成链接</translation>
    </message>
    <message>
        <source>Opens until {time}</source>
        <translation>有效期至 {time}</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>The report for the patient</source>
        <translation>给患者的报告</translation>
    </message>
    <message>
        <source>With this link the patient reads the signed report on a phone and downloads it. The page asks for the patient&apos;s date of birth; check it in the case first. A copy shows the newest version and can be taken back at any time.</source>
        <translation>患者用这个链接在手机上查看并下载已签名的报告。页面会要求输入患者的出生日期，请先核对病例中的出生日期。链接总是显示最新版本，可随时撤回。</translation>
    </message>
    <message>
        <source>Valid for</source>
        <translation>有效时间</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 天</translation>
    </message>
    <message>
        <source>{n} days</source>
        <translation>{n} 天</translation>
    </message>
    <message>
        <source>Link to the report</source>
        <translation>报告的链接</translation>
    </message>
    <message>
        <source>QR code of the link to the report</source>
        <translation>报告链接的二维码</translation>
    </message>
    <message>
        <source>Print a slip…</source>
        <translation>打印纸条…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ReportPane</name>
    <message>
        <source>The report is not written yet.</source>
        <translation>报告尚未书写。</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>影像所见</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>诊断意见</translation>
    </message>
    <message>
        <source>Recommendation (now / tonight / when to refer)</source>
        <translation>建议（现在 / 今晚 / 何时转诊）</translation>
    </message>
    <message>
        <source>Recommend for the library (without name)</source>
        <translation>推荐进入病例库（隐去姓名）</translation>
    </message>
    <message>
        <source>Sign the report…</source>
        <translation>签署报告…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Go on without late images…</source>
        <translation>不等补传影像，继续…</translation>
    </message>
    <message>
        <source>Critical finding: the clinic must read it back</source>
        <translation>危急发现：邀请方须复述确认</translation>
    </message>
    <message>
        <source>What is critical, in one plain sentence</source>
        <translation>危急发现是什么（一句话写明）</translation>
    </message>
    <message>
        <source>They belong here…</source>
        <translation>属于本例…</translation>
    </message>
    <message>
        <source>Write in which words an expert dissents, or untick it.</source>
        <translation>请写明专家的不同意见，或取消勾选。</translation>
    </message>
    <message>
        <source>As on paper…</source>
        <translation>纸质预览…</translation>
    </message>
    <message>
        <source>“{words}” is no code yet: choose one from the list, or delete it.</source>
        <translation>“{words}”还不是编码：请从列表中选择，或将其删除。</translation>
    </message>
    <message>
        <source>For the patient…</source>
        <translation>给患者…</translation>
    </message>
</context>
<context>
    <name>RetrieveRow</name>
    <message>
        <source>Complete</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Incomplete</source>
        <translation>不完整</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>RingCard</name>
    <message>
        <source>Why you: {terms}</source>
        <translation>为什么是您：{terms}</translation>
    </message>
    <message>
        <source>A case for you</source>
        <translation>有会诊请您接诊</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接诊</translation>
    </message>
    <message>
        <source>Decline…</source>
        <translation>谢绝…</translation>
    </message>
    <message>
        <source>Decline with this reason</source>
        <translation>以此原因谢绝</translation>
    </message>
    <message>
        <source>Time left to answer</source>
        <translation>剩余应答时间</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{who} hands this case over to you: {note}</source>
        <translation>{who}将此病例转交给您：{note}</translation>
    </message>
    <message>
        <source>{key} leads to this card</source>
        <translation>按 {key} 转到此卡片</translation>
    </message>
    <message>
        <source>{n} of {m}</source>
        <translation>第 {n} 个，共 {m} 个</translation>
    </message>
    <message>
        <source>The ring before</source>
        <translation>上一个呼叫</translation>
    </message>
    <message>
        <source>The next ring</source>
        <translation>下一个呼叫</translation>
    </message>
    <message>
        <source>‹</source>
        <translation>‹</translation>
    </message>
    <message>
        <source>›</source>
        <translation>›</translation>
    </message>
</context>
<context>
    <name>RingNotice</name>
    <message>
        <source>{number}. Open the program to answer.</source>
        <translation>{number}。请打开会诊客户端应答。</translation>
    </message>
    <message>
        <source>{urgency}: a case for you</source>
        <translation>{urgency}：有会诊呼叫您</translation>
    </message>
</context>
<context>
    <name>RoleChoice</name>
    <message>
        <source>Roles of the chosen person</source>
        <translation>所选人员的角色</translation>
    </message>
    <message>
        <source>Save the roles</source>
        <translation>保存角色</translation>
    </message>
</context>
<context>
    <name>RotaGrid</name>
    <message>
        <source>nothing planned</source>
        <translation>未排班</translation>
    </message>
</context>
<context>
    <name>RotaHead</name>
    <message>
        <source>Without shift</source>
        <translation>无人在班</translation>
    </message>
    <message>
        <source>No shift</source>
        <translation>未排班</translation>
    </message>
    <message>
        <source>On call only</source>
        <translation>仅听班</translation>
    </message>
</context>
<context>
    <name>RotaPage</name>
    <message>
        <source>Rota</source>
        <translation>排班</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>Dragging makes</source>
        <translation>拖动新建</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>With a dot: every week · dashed: another department</source>
        <translation>带圆点：每周重复 · 虚线：其他科室</translation>
    </message>
    <message>
        <source>‹ Before</source>
        <translation>‹ 上一周</translation>
    </message>
    <message>
        <source>The week before</source>
        <translation>上一周</translation>
    </message>
    <message>
        <source>After ›</source>
        <translation>下一周 ›</translation>
    </message>
    <message>
        <source>The week after</source>
        <translation>下一周</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>本周</translation>
    </message>
    <message>
        <source>Copy to the next week</source>
        <translation>复制到下一周</translation>
    </message>
    <message>
        <source>Rota of the week</source>
        <translation>本周排班表</translation>
    </message>
    <message>
        <source>Without shift</source>
        <translation>无人在班</translation>
    </message>
    <message>
        <source>No experts here</source>
        <translation>此处没有专家</translation>
    </message>
    <message>
        <source>Experts appear here when their profile names this department.</source>
        <translation>专家资料中登记该科室后会显示在这里。</translation>
    </message>
    <message>
        <source>The rota could not be read</source>
        <translation>无法读取排班</translation>
    </message>
    <message>
        <source>Check the network. It is read again by itself when it is back.</source>
        <translation>请检查网络，恢复后会自动重新读取。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>RotaSide</name>
    <message>
        <source>This is your own rota. Your head of department or a dispatcher plans it.</source>
        <translation>这是您本人的排班，由科主任或调度安排。</translation>
    </message>
    <message>
        <source>No network: the rota can be looked at, not changed.</source>
        <translation>网络中断：可以查看排班，暂不能修改。</translation>
    </message>
    <message>
        <source>Drag over free hours to plan, or press Return. Arrows go from hour to hour, with Ctrl from day to day.</source>
        <translation>在空白时段拖动即可排班，或按回车。方向键按小时移动，按住 Ctrl 按天移动。</translation>
    </message>
    <message>
        <source>This belongs to another department&apos;s rota.</source>
        <translation>该排班属于其他科室。</translation>
    </message>
    <message>
        <source>Alt and arrows move it, Shift and arrows stretch it, Delete removes it, Space chooses what lies below, Return edits it here.</source>
        <translation>Alt+方向键移动，Shift+方向键延长或缩短，Delete 删除，空格切换到下层排班，回车在此处编辑。</translation>
    </message>
    <message>
        <source>Remove this day</source>
        <translation>删除这一天</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>From</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>截止</translation>
    </message>
    <message>
        <source>Every week on</source>
        <translation>每周重复</translation>
    </message>
    <message>
        <source>Every week on {day}</source>
        <translation>每{day}重复</translation>
    </message>
    <message>
        <source>Only this day</source>
        <translation>仅这一天</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>When on call</source>
        <translation>听班联系方式</translation>
    </message>
</context>
<context>
    <name>SeatRow</name>
    <message>
        <source>Anyone of the department</source>
        <translation>该科室任一专家</translation>
    </message>
    <message>
        <source>Opinion {n}: department</source>
        <translation>意见 {n}：科室</translation>
    </message>
    <message>
        <source>Opinion {n}: expert</source>
        <translation>意见 {n}：专家</translation>
    </message>
</context>
<context>
    <name>SecondFactorSettings</name>
    <message>
        <source>Second factor</source>
        <translation>第二因素</translation>
    </message>
    <message>
        <source>Present password</source>
        <translation>当前密码</translation>
    </message>
    <message>
        <source>New recovery codes</source>
        <translation>更换恢复码</translation>
    </message>
    <message>
        <source>Do without it</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>更换</translation>
    </message>
    <message>
        <source>Set it up</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Please fill this in.</source>
        <translation>请填写此项。</translation>
    </message>
    <message>
        <source>Code, or a recovery code</source>
        <translation>验证码或恢复码</translation>
    </message>
</context>
<context>
    <name>SecurityPage</name>
    <message>
        <source>Where people are signed in</source>
        <translation>人员登录情况</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Opened in an emergency</source>
        <translation>紧急打开的病例</translation>
    </message>
    <message>
        <source>Lock-outs</source>
        <translation>登录锁定</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Signed in as {name} ({roles})</source>
        <translation>已登录：{name}（{roles}）</translation>
    </message>
    <message>
        <source>Server: {server}</source>
        <translation>服务器：{server}</translation>
    </message>
    <message>
        <source>On this computer: {place}</source>
        <translation>本机：{place}</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>Pinned certificate: {print}</source>
        <translation>已固定的证书：{print}</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Look and language</source>
        <translation>外观与语言</translation>
    </message>
    <message>
        <source>Connection and store</source>
        <translation>连接与存储</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark (reading room)</source>
        <translation>深色（阅片室）</translation>
    </message>
    <message>
        <source>Present password</source>
        <translation>当前密码</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>修改密码</translation>
    </message>
    <message>
        <source>Pause for 15 minutes</source>
        <translation>暂停 15 分钟</translation>
    </message>
    <message>
        <source>I am back</source>
        <translation>恢复接诊</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>New password again</source>
        <translation>再次输入新密码</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
</context>
<context>
    <name>SeveralPatients</name>
    <message>
        <source>Several patients</source>
        <translation>多位患者</translation>
    </message>
    <message>
        <source>Add them all</source>
        <translation>全部加入</translation>
    </message>
    <message>
        <source>Choose again</source>
        <translation>重新选择</translation>
    </message>
</context>
<context>
    <name>ShareMark</name>
    <message>
        <source>Sharing</source>
        <translation>正在共享</translation>
    </message>
    <message>
        <source>Stop sharing</source>
        <translation>停止共享</translation>
    </message>
</context>
<context>
    <name>ShareWindow</name>
    <message>
        <source>Screens</source>
        <translation>屏幕</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Cameras and capture devices</source>
        <translation>摄像头和采集设备</translation>
    </message>
    <message>
        <source>Share in the call</source>
        <translation>在通话中共享</translation>
    </message>
    <message>
        <source>What to share</source>
        <translation>共享内容</translation>
    </message>
    <message>
        <source>What the others will see</source>
        <translation>其他人将看到的画面</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>共享</translation>
    </message>
</context>
<context>
    <name>SharedLine</name>
    <message>
        <source>From the hospital&apos;s record…</source>
        <translation>从医院病历…</translation>
    </message>
    <message>
        <source>Remove the record</source>
        <translation>移除病历</translation>
    </message>
    <message>
        <source>I have compared: this is the patient of the case</source>
        <translation>我已核对：就是本病例的患者</translation>
    </message>
</context>
<context>
    <name>SharedPicture</name>
    <message>
        <source>Fit the picture</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Pixel for pixel</source>
        <translation>原始大小（1:1）</translation>
    </message>
</context>
<context>
    <name>SignInAgainLine</name>
    <message>
        <source>Sign in again in the browser…</source>
        <translation>在浏览器中重新登录…</translation>
    </message>
    <message>
        <source>Cancel signing in</source>
        <translation>取消登录</translation>
    </message>
</context>
<context>
    <name>SignInWindow</name>
    <message>
        <source>Signing in…</source>
        <translation>正在登录…</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Huizhen – sign in</source>
        <translation>远程会诊 – 登录</translation>
    </message>
    <message>
        <source>Huizhen</source>
        <translation>远程会诊</translation>
    </message>
    <message>
        <source>Remote consultation: the right expert, in minutes</source>
        <translation>几分钟内找到合适的专家</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Choose a passphrase. It protects drafts and images kept on this computer.</source>
        <translation>请设置口令，用于保护本机保存的草稿和影像。</translation>
    </message>
    <message>
        <source>Enter the passphrase that protects the drafts kept on this computer.</source>
        <translation>请输入保护本机草稿的口令。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Go on without keeping anything on this computer</source>
        <translation>继续使用，但不在本机保存任何内容</translation>
    </message>
    <message>
        <source>First contact with this server</source>
        <translation>首次连接此服务器</translation>
    </message>
    <message>
        <source>Compare this fingerprint with the one your hospital&apos;s IT gave you. Only if both are the same, trust it; this computer will then accept no other.</source>
        <translation>请与本院信息科提供的指纹核对。只有两者完全一致才可信任；此后本机不再接受其他证书。</translation>
    </message>
    <message>
        <source>They are the same – trust this server</source>
        <translation>一致，信任此服务器</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>You are signed in on another computer</source>
        <translation>您已在另一台电脑登录</translation>
    </message>
    <message>
        <source>Sign in here and sign out there</source>
        <translation>在此登录并退出另一台</translation>
    </message>
    <message>
        <source>Choose a new password</source>
        <translation>请设置新密码</translation>
    </message>
    <message>
        <source>At least 8 characters. A short sentence is best.</source>
        <translation>至少 8 位，建议使用一句短语。</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>New password again</source>
        <translation>再次输入新密码</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>修改密码</translation>
    </message>
    <message>
        <source>Light / dark</source>
        <translation>浅色 / 深色</translation>
    </message>
    <message>
        <source>Please fill this in.</source>
        <translation>请填写此项。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>再次输入口令</translation>
    </message>
    <message>
        <source>Enter the code of your authenticator</source>
        <translation>请输入验证器的验证码</translation>
    </message>
    <message>
        <source>Six digits, or one of your recovery codes if you do not have it with you.</source>
        <translation>六位数字；验证器不在身边时，可输入一个恢复码。</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>验证码</translation>
    </message>
    <message>
        <source>Your role needs a second factor</source>
        <translation>您的角色需要第二因素</translation>
    </message>
    <message>
        <source>No keyring here: what you write and notes of exports are lost when you close.</source>
        <translation>本机没有密钥环：关闭后，您所写的内容和导出记录将丢失。</translation>
    </message>
</context>
<context>
    <name>SigningPart</name>
    <message>
        <source>Passphrase of the certificate</source>
        <translation>证书口令</translation>
    </message>
    <message>
        <source>Signing sends the report to the clinic at once. It cannot be changed afterwards; an amendment makes a new version. Enter your password to sign.</source>
        <translation>签署后报告立即发送给诊所，不能再修改；如需修改会生成新版本。请输入密码签署。</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Sign and send</source>
        <translation>签署并发送</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>⚠ This computer has no font for these signs; they will be boxes on paper: {signs}. Write them otherwise, or ask IT to install a font for them.</source>
        <translation>⚠ 本机没有以下字符的字体，打印时将显示为方框：{signs}。请改用其他写法，或请信息科安装相应字体。</translation>
    </message>
</context>
<context>
    <name>SinceChoice</name>
    <message>
        <source>Of all times</source>
        <translation>全部时间</translation>
    </message>
    <message>
        <source>Of the last year</source>
        <translation>最近一年</translation>
    </message>
    <message>
        <source>Of the last 3 years</source>
        <translation>最近三年</translation>
    </message>
    <message>
        <source>Since a day…</source>
        <translation>自某日起…</translation>
    </message>
    <message>
        <source>From which time</source>
        <translation>时间范围</translation>
    </message>
    <message>
        <source>Since this day</source>
        <translation>自此日起</translation>
    </message>
    <message>
        <source>Allergies, current problems and medicines, family history, and what has no date go along however old they are.</source>
        <translation>过敏、现存问题与在用药物、家族史以及没有日期的内容，无论多早都会一并提供。</translation>
    </message>
</context>
<context>
    <name>StructuredPart</name>
    <message>
        <source>Measured and graded</source>
        <translation>测量与分级</translation>
    </message>
    <message>
        <source>{name}: “{words}” is no number. Write it like 8.5, or delete it.</source>
        <translation>{name}：“{words}”不是数字。请写成 8.5 这样的形式，或将其删除。</translation>
    </message>
</context>
<context>
    <name>StudyRow</name>
    <message>
        <source>Images</source>
        <translation>影像</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>State of every image</source>
        <translation>每幅图像的状态</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已核验</translation>
    </message>
    <message>
        <source>Add the {n}</source>
        <translation>添加这 {n} 幅</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Remove from the case</source>
        <translation>从病例中移除</translation>
    </message>
    <message>
        <source>Go on without the refused…</source>
        <translation>不要被拒收的影像，继续…</translation>
    </message>
</context>
<context>
    <name>StudyRows</name>
    <message>
        <source>Reading files: {done} of {total}</source>
        <translation>正在读取文件：{done} / {total}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>
… and {n} more</source>
        <translation>
……另有 {n} 个</translation>
    </message>
    <message>
        <source>Left out ({n}):</source>
        <translation>未导入（{n} 个）：</translation>
    </message>
</context>
<context>
    <name>ThumbnailStrip</name>
    <message>
        <source>Not here yet</source>
        <translation>尚未到达</translation>
    </message>
</context>
<context>
    <name>TriageHints</name>
    <message>
        <source>Use it</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Use it: {hint}</source>
        <translation>采用：{hint}</translation>
    </message>
</context>
<context>
    <name>VideoPicture</name>
    <message>
        <source>Waiting for the picture…</source>
        <translation>等待画面…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Reconnecting…</source>
        <translation>正在重新连接…</translation>
    </message>
    <message>
        <source>Camera off</source>
        <translation>关闭摄像头</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>没有画面</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
</context>
<context>
    <name>ViewerRoom</name>
    <message>
        <source>What is referred to is not among the pictures of this case.</source>
        <translation>所引用的内容不在本病例的影像中。</translation>
    </message>
    <message>
        <source>not here</source>
        <translation>不在本病例中</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在载入…</translation>
    </message>
    <message>
        <source>No. {n} ({i} of {count})</source>
        <translation>编号 {n}（第 {i} 份，共 {count} 份）</translation>
    </message>
    <message>
        <source>← Back to the pictures</source>
        <translation>← 返回图像</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Document of the series</source>
        <translation>序列中的文档</translation>
    </message>
    <message>
        <source>Series without pictures</source>
        <translation>非图像序列</translation>
    </message>
</context>
<context>
    <name>WaveformViewer</name>
    <message>
        <source>Curves</source>
        <translation>波形</translation>
    </message>
    <message>
        <source>Paper with the curves</source>
        <translation>波形记录纸</translation>
    </message>
    <message>
        <source>Group of channels</source>
        <translation>通道组</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>排列</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>走纸速度</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>增益</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Calipers</source>
        <translation>卡尺</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Electrocardiogram</source>
        <translation>心电图</translation>
    </message>
    <message>
        <source>Hemodynamic curves</source>
        <translation>血流动力学波形</translation>
    </message>
    <message>
        <source>Cardiac electrophysiology</source>
        <translation>心脏电生理</translation>
    </message>
    <message>
        <source>Pulse wave</source>
        <translation>脉搏波</translation>
    </message>
    <message>
        <source>Respiration</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>Sound, as a curve</source>
        <translation>声音（波形）</translation>
    </message>
    <message>
        <source>Electroencephalogram and relatives</source>
        <translation>脑电图等神经电生理</translation>
    </message>
    <message>
        <source>3 × 4 + rhythm</source>
        <translation>3 × 4 + 节律导联</translation>
    </message>
    <message>
        <source>6 × 2</source>
        <translation>6 × 2</translation>
    </message>
    <message>
        <source>One a row</source>
        <translation>每行一道</translation>
    </message>
    <message>
        <source>Channel {n}</source>
        <translation>通道 {n}</translation>
    </message>
    <message>
        <source>Group {n}</source>
        <translation>第 {n} 组</translation>
    </message>
    <message>
        <source>from {t}</source>
        <translation>起始于 {t}</translation>
    </message>
    <message>
        <source>shown at {n} %</source>
        <translation>按 {n} % 显示</translation>
    </message>
    <message>
        <source>true size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>size approximate: the screen does not say its own</source>
        <translation>大小为近似值：屏幕未报告其尺寸</translation>
    </message>
    <message>
        <source>the file ends before the record does</source>
        <translation>文件不完整，记录未到结尾</translation>
    </message>
    <message>
        <source>filters differ by channel</source>
        <translation>各通道滤波不同</translation>
    </message>
    <message>
        <source>notch {n} Hz</source>
        <translation>陷波 {n} Hz</translation>
    </message>
    <message>
        <source>Too long for paper: choose a layout in columns.</source>
        <translation>记录太长，无法打印：请选择分列布局。</translation>
    </message>
    <message>
        <source>Curves as PDF</source>
        <translation>波形另存为 PDF</translation>
    </message>
    <message>
        <source>Handed to the printer.</source>
        <translation>已发送至打印机。</translation>
    </message>
    <message>
        <source>PDF saved.</source>
        <translation>PDF 已保存。</translation>
    </message>
    <message>
        <source>Nothing was printed: choose another place.</source>
        <translation>未能打印：请选择其他位置。</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Calipers ({key}): drag, or arrow keys; {other} takes the other end, Esc puts them away</source>
        <translation>卡尺（{key}）：拖动或用方向键移动；{other} 切换到另一端，Esc 收起</translation>
    </message>
</context>
<context>
    <name>WordEntry</name>
    <message>
        <source>Words beside the mark</source>
        <translation>标注文字</translation>
    </message>
    <message>
        <source>Text, then Enter</source>
        <translation>输入文字后按回车</translation>
    </message>
</context>
<context>
    <name>WorkPage</name>
    <message>
        <source>Consultations</source>
        <translation>会诊</translation>
    </message>
    <message>
        <source>No network: the lists may be old. Drafts can be written.</source>
        <translation>无网络：列表可能不是最新，仍可书写草稿。</translation>
    </message>
    <message>
        <source>Waiting for an expert</source>
        <translation>等待专家</translation>
    </message>
    <message>
        <source>My cases</source>
        <translation>我的会诊</translation>
    </message>
    <message>
        <source>New case</source>
        <translation>新建会诊</translation>
    </message>
    <message>
        <source>Take the case</source>
        <translation>接诊</translation>
    </message>
    <message>
        <source>Cases waiting for an expert</source>
        <translation>等待专家的会诊</translation>
    </message>
    <message>
        <source>The list could not be read</source>
        <translation>无法读取列表</translation>
    </message>
    <message>
        <source>The server did not answer. Check the network, then try again.</source>
        <translation>服务器没有应答。请检查网络后重试。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Nothing is waiting</source>
        <translation>没有等待的会诊</translation>
    </message>
    <message>
        <source>New cases of your specialty appear here and ring.</source>
        <translation>您专业的新会诊会显示在这里并呼叫您。</translation>
    </message>
    <message>
        <source>No cases yet</source>
        <translation>还没有会诊</translation>
    </message>
    <message>
        <source>Write down the question, add the images, submit: an expert is rung.</source>
        <translation>写下问题，添加影像，提交后即呼叫专家。</translation>
    </message>
    <message>
        <source>Cases you take from the queue stay here.</source>
        <translation>您接诊的会诊会保留在这里。</translation>
    </message>
    <message>
        <source>Emergency…</source>
        <translation>紧急访问…</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Open or ended cases</source>
        <translation>进行中或已结束的病例</translation>
    </message>
    <message>
        <source>Name, number, reason</source>
        <translation>姓名、编号、原因</translation>
    </message>
    <message>
        <source>Search my cases</source>
        <translation>搜索我的病例</translation>
    </message>
    <message>
        <source>No such case</source>
        <translation>没有匹配的病例</translation>
    </message>
    <message>
        <source>None of your cases fits.</source>
        <translation>您的病例中没有符合条件的。</translation>
    </message>
    <message>
        <source>Pass over…</source>
        <translation>跳过…</translation>
    </message>
    <message>
        <source>Pass over with this reason</source>
        <translation>以此理由跳过</translation>
    </message>
    <message>
        <source>Experts pull: the next case comes after this one.</source>
        <translation>抢单科室：接诊或跳过后显示下一例。</translation>
    </message>
    <message>
        <source>Case {number} can be passed over no longer; nothing was sent.</source>
        <translation>会诊 {number} 已不能跳过；未发送任何内容。</translation>
    </message>
    <message>
        <source>New cases of your specialty appear here; take them, not all of them ring.</source>
        <translation>您专业的新病例会出现在这里；请主动接诊，并非所有病例都会响铃。</translation>
    </message>
    <message>
        <source>{n} more wait behind these</source>
        <translation>其后还有 {n} 例等待</translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Report and chat</source>
        <translation>报告与聊天</translation>
    </message>
    <message>
        <source>Record, images, call</source>
        <translation>病历、影像、通话</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>病历</translation>
    </message>
    <message>
        <source>Call and report</source>
        <translation>通话与报告</translation>
    </message>
    <message>
        <source>Take the case</source>
        <translation>接诊</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>Go on with the case</source>
        <translation>继续会诊</translation>
    </message>
</context>
<context>
    <name>WritingHelp</name>
    <message>
        <source>Every department</source>
        <translation>所有科室</translation>
    </message>
    <message>
        <source>Take all proposals as they stand</source>
        <translation>全部采用【】中的建议</translation>
    </message>
    <message>
        <source>Keep the marked words as a phrase</source>
        <translation>将选中文字存为常用语</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Template ▾</source>
        <translation>模板 ▾</translation>
    </message>
    <message>
        <source>Phrases ▾</source>
        <translation>常用语 ▾</translation>
    </message>
    <message>
        <source>Next 【】</source>
        <translation>下一处【】</translation>
    </message>
    <message>
        <source>Begin with a template</source>
        <translation>套用模板</translation>
    </message>
    <message>
        <source>Insert a phrase</source>
        <translation>插入常用语</translation>
    </message>
    <message>
        <source>Take the proposal and go to the next place to fill in</source>
        <translation>采用建议并转到下一处待填</translation>
    </message>
    <message>
        <source>Earlier reports of this patient</source>
        <translation>该患者的既往报告</translation>
    </message>
    <message>
        <source>Earlier ▾</source>
        <translation>既往 ▾</translation>
    </message>
    <message>
        <source>Compare with an earlier report of this patient</source>
        <translation>与该患者的既往报告对比</translation>
    </message>
</context>
<context>
    <name>_FileField</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>证书 (*.pem *.crt *.cer)</translation>
    </message>
</context>
<context>
    <name>administration</name>
    <message>
        <source>Temporary password of {name}: {password}</source>
        <translation>{name} 的临时密码：{password}</translation>
    </message>
    <message>
        <source>In force</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>已设置</translation>
    </message>
    <message>
        <source>{state}, writes records</source>
        <translation>{state}，写入病历</translation>
    </message>
</context>
<context>
    <name>annotations</name>
    <message>
        <source>Key image</source>
        <translation>关键图像</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>Cobb angle</source>
        <translation>Cobb 角</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Arrow</source>
        <translation>箭头</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>at the detector</source>
        <translation>探测器平面</translation>
    </message>
    <message>
        <source>magnification corrected</source>
        <translation>已按放大率校正</translation>
    </message>
    <message>
        <source>calibrated</source>
        <translation>已校准</translation>
    </message>
    <message>
        <source>ultrasound region</source>
        <translation>超声区域</translation>
    </message>
    <message>
        <source>calibrated by hand</source>
        <translation>手动校准</translation>
    </message>
    <message>
        <source>not calibrated</source>
        <translation>未校准</translation>
    </message>
    <message>
        <source>no common unit</source>
        <translation>两轴单位不同</translation>
    </message>
    <message>
        <source>Mean {mean} ± {deviation}{unit}</source>
        <translation>均值 {mean} ± {deviation}{unit}</translation>
    </message>
    <message>
        <source>Min {minimum}  Max {maximum}  n = {count}</source>
        <translation>最小 {minimum}  最大 {maximum}  n = {count}</translation>
    </message>
    <message>
        <source>patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Millimetres in the patient, from the picture&apos;s Pixel Spacing.</source>
        <translation>患者体内的毫米数，依据图像的像素间距（Pixel Spacing）。</translation>
    </message>
    <message>
        <source>Millimetres at the detector: in the patient it is shorter.</source>
        <translation>探测器平面上的毫米数：患者体内的实际长度更短。</translation>
    </message>
    <message>
        <source>Millimetres in the patient, by the magnification the file estimates.</source>
        <translation>患者体内的毫米数，已按文件给出的估计放大率校正。</translation>
    </message>
    <message>
        <source>Millimetres in the patient, by a calibration the file brings.</source>
        <translation>患者体内的毫米数，依据文件自带的校准。</translation>
    </message>
    <message>
        <source>By the scale of the ultrasound region it lies in.</source>
        <translation>依据所在超声区域的标尺。</translation>
    </message>
    <message>
        <source>By a length that a reader told for this picture or series.</source>
        <translation>依据阅片者为该图像或序列指定的长度（手动校准）。</translation>
    </message>
    <message>
        <source>Pixels: the file does not say how long anything is here.</source>
        <translation>像素数：文件未说明此处的实际长度。</translation>
    </message>
</context>
<context>
    <name>ask_items</name>
    <message>
        <source>Thin slices of the examination (≤ 1.25 mm)</source>
        <translation>本次检查的薄层图像（≤ 1.25 mm）</translation>
    </message>
    <message>
        <source>Prior images for comparison</source>
        <translation>既往影像（供对比）</translation>
    </message>
    <message>
        <source>The missing series or views</source>
        <translation>缺少的序列或体位</translation>
    </message>
    <message>
        <source>12-lead ECG, as a recording and not as a photograph</source>
        <translation>十二导联心电图（原始数据，非照片）</translation>
    </message>
    <message>
        <source>Troponin, BNP or NT-proBNP, with times</source>
        <translation>肌钙蛋白、BNP 或 NT-proBNP（注明时间）</translation>
    </message>
    <message>
        <source>Blood pressure and heart rate over time</source>
        <translation>血压和心率变化记录</translation>
    </message>
    <message>
        <source>Time of onset and course of the symptoms</source>
        <translation>发病时间及症状演变</translation>
    </message>
    <message>
        <source>Neurological findings with NIHSS</source>
        <translation>神经系统查体及 NIHSS 评分</translation>
    </message>
    <message>
        <source>History: onset, course, treatment so far</source>
        <translation>病史：起病、经过、已用治疗</translation>
    </message>
    <message>
        <source>Laboratory values with dates</source>
        <translation>检验结果（注明日期）</translation>
    </message>
    <message>
        <source>Earlier reports and discharge letters</source>
        <translation>既往报告和出院小结</translation>
    </message>
    <message>
        <source>Medication and allergies</source>
        <translation>用药情况和过敏史</translation>
    </message>
</context>
<context>
    <name>audit</name>
    <message>
        <source>Made</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Did</source>
        <translation>执行</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>List of cases</source>
        <translation>病例列表</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Draft of a report</source>
        <translation>报告草稿</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>File of a report</source>
        <translation>报告文件</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>通话</translation>
    </message>
    <message>
        <source>Invitation</source>
        <translation>邀请</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录像</translation>
    </message>
    <message>
        <source>Patient&apos;s record</source>
        <translation>病历</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>候选专家</translation>
    </message>
    <message>
        <source>Case library</source>
        <translation>病例库</translation>
    </message>
    <message>
        <source>Emergency access</source>
        <translation>紧急访问</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Institution</source>
        <translation>机构</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>合作协议</translation>
    </message>
    <message>
        <source>Sign-in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Second factor</source>
        <translation>第二因素</translation>
    </message>
    <message>
        <source>Rota</source>
        <translation>排班</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>联系方式</translation>
    </message>
    <message>
        <source>Message to who is on call</source>
        <translation>听班通知</translation>
    </message>
    <message>
        <source>Signing key</source>
        <translation>签名密钥</translation>
    </message>
    <message>
        <source>Audit trail</source>
        <translation>审计记录</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>成功</translation>
    </message>
    <message>
        <source>Wrong password</source>
        <translation>密码错误</translation>
    </message>
    <message>
        <source>Wrong code</source>
        <translation>验证码错误</translation>
    </message>
    <message>
        <source>No such case</source>
        <translation>无此病例</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>最近 1 天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部时间</translation>
    </message>
    <message>
        <source>Opened {number} in an emergency</source>
        <translation>因紧急情况打开 {number}</translation>
    </message>
    <message>
        <source>{count} wrong passwords or codes</source>
        <translation>密码或验证码错误 {count} 次</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>What</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>From where</source>
        <translation>来源地址</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>事项</translation>
    </message>
    <message>
        <source>Last time</source>
        <translation>最近一次</translation>
    </message>
    <message>
        <source>Wrong in the last day</source>
        <translation>最近一天错误次数</translation>
    </message>
    <message>
        <source>Has to wait until</source>
        <translation>须等待至</translation>
    </message>
    <message>
        <source>(nobody known)</source>
        <translation>（未知人员）</translation>
    </message>
    <message>
        <source>The audit trail itself</source>
        <translation>审计记录本身</translation>
    </message>
    <message>
        <source>Picture in a report</source>
        <translation>报告中的图像</translation>
    </message>
    <message>
        <source>Patient&apos;s copy of a report</source>
        <translation>患者的报告副本</translation>
    </message>
    <message>
        <source>Wrong date of birth</source>
        <translation>出生日期不符</translation>
    </message>
    <message>
        <source>List of notifications</source>
        <translation>通知列表</translation>
    </message>
    <message>
        <source>Mode of a department</source>
        <translation>科室派单方式</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>No part in the case</source>
        <translation>未参与该病例</translation>
    </message>
    <message>
        <source>Not allowed to this role</source>
        <translation>角色无此权限</translation>
    </message>
    <message>
        <source>Treatment</source>
        <translation>诊疗</translation>
    </message>
    <message>
        <source>Emergency</source>
        <translation>紧急</translation>
    </message>
    <message>
        <source>Running the service</source>
        <translation>会诊运行管理</translation>
    </message>
    <message>
        <source>Touched: its time cannot be read</source>
        <translation>被动过：时间无法读取</translation>
    </message>
    <message>
        <source>Changed the roles of {about}: {detail}</source>
        <translation>更改了 {about} 的角色：{detail}</translation>
    </message>
    <message>
        <source>Gave {about} a new way to sign in</source>
        <translation>重置了 {about} 的登录方式</translation>
    </message>
    <message>
        <source>The trail was touched ({detail}, entry {about}). Have IT run audit verify.</source>
        <translation>审计记录被动过（{detail}，条目 {about}）。请信息科运行 audit verify 核验。</translation>
    </message>
    <message>
        <source>Export at a computer</source>
        <translation>在电脑上导出</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Pictures as DICOM</source>
        <translation>图像（DICOM）</translation>
    </message>
    <message>
        <source>Marks and measurements</source>
        <translation>标注与测量</translation>
    </message>
    <message>
        <source>Pages of curves</source>
        <translation>波形页</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>影像</translation>
    </message>
    <message>
        <source>Parts of the case</source>
        <translation>病例内容</translation>
    </message>
    <message>
        <source>file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>archive</source>
        <translation>影像归档</translation>
    </message>
    <message>
        <source>hospital&apos;s record</source>
        <translation>医院病历</translation>
    </message>
    <message>
        <source>Told as it changed</source>
        <translation>变更时推送</translation>
    </message>
    <message>
        <source>Told as it changed, without the patient</source>
        <translation>变更时推送（不含患者信息）</translation>
    </message>
    <message>
        <source>Read or exported: {count} different cases told within an hour</source>
        <translation>一小时内记录到阅读或导出 {count} 个不同病例</translation>
    </message>
    <message>
        <source>Disabled: nobody signs in with it</source>
        <translation>已停用：无人能用它登录</translation>
    </message>
    <message>
        <source>Enabled again</source>
        <translation>重新启用</translation>
    </message>
</context>
<context>
    <name>board</name>
    <message>
        <source>{name} is rung and takes the case over with what was written. Until then it stays where it is. Why?</source>
        <translation>将呼叫{name}，接受后连同已写内容一并接手；在此之前仍由原专家负责。请说明原因。</translation>
    </message>
    <message>
        <source>The case is taken from its expert at once and waits again; the draft is kept. Why?</source>
        <translation>立即从该专家处收回会诊并重新等待派单，已写的草稿保留。请说明原因。</translation>
    </message>
    <message>
        <source>The case rings nobody by itself any more and waits for you to assign it. Why?</source>
        <translation>不再自动呼叫专家，等待您派单。请说明原因。</translation>
    </message>
    <message>
        <source>The case ends without an opinion and the clinic is told. Why?</source>
        <translation>会诊到此结束，不出具意见，并告知基层机构。请说明原因。</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待接诊</translation>
    </message>
    <message>
        <source>Ringing</source>
        <translation>呼叫中</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>已接诊</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>With clinic</source>
        <translation>待基层补充</translation>
    </message>
    <message>
        <source>Suspended</source>
        <translation>已挂起</translation>
    </message>
    <message>
        <source>Escalated</source>
        <translation>已升级</translation>
    </message>
    <message>
        <source>☎ {names} · {n} s</source>
        <translation>☎ {names} · {n} 秒</translation>
    </message>
    <message>
        <source>take</source>
        <translation>接诊</translation>
    </message>
    <message>
        <source>begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>sign</source>
        <translation>签发</translation>
    </message>
    <message>
        <source>{time} late</source>
        <translation>超时 {time}</translation>
    </message>
    <message>
        <source>{what}: {time}</source>
        <translation>{what}：{time}</translation>
    </message>
    <message>
        <source>Paused until {time}</source>
        <translation>暂停至 {time}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>还剩 {time}</translation>
    </message>
    <message>
        <source>Load {load} · cases: {n}</source>
        <translation>负荷 {load} · 会诊 {n} 例</translation>
    </message>
    <message>
        <source>Has this case</source>
        <translation>正在负责此例</translation>
    </message>
    <message>
        <source>Passed over, as it has waited long: {what}</source>
        <translation>因等待过久已放宽：{what}</translation>
    </message>
    <message>
        <source>Not told</source>
        <translation>未通知到</translation>
    </message>
    <message>
        <source>{state}, on call</source>
        <translation>{state}（听班）</translation>
    </message>
    <message>
        <source>shift in {time}</source>
        <translation>{time}后上班</translation>
    </message>
    <message>
        <source>✓ {name}: told at {time} ({way})</source>
        <translation>✓ {name}：{time} 已通知（{way}）</translation>
    </message>
    <message>
        <source>✕ {name}: on call, not told. {why}</source>
        <translation>✕ {name}：听班，未能通知。{why}</translation>
    </message>
    <message>
        <source>✕ {name}: not told, given up ({way}, tries: {n}). {why}</source>
        <translation>✕ {name}：未能通知，已停止重试（{way}，共尝试 {n} 次）。{why}</translation>
    </message>
    <message>
        <source>… {name}: not told yet, tried again ({way}). {why}</source>
        <translation>… {name}：尚未通知到，将重试（{way}）。{why}</translation>
    </message>
    <message>
        <source>… {name}: being told ({way})</source>
        <translation>… {name}：正在通知（{way}）</translation>
    </message>
    <message>
        <source>Critical finding</source>
        <translation>危急发现</translation>
    </message>
    <message>
        <source>read back</source>
        <translation>复述确认</translation>
    </message>
    <message>
        <source>taken {n}</source>
        <translation>接诊 {n}</translation>
    </message>
    <message>
        <source>declined {n}</source>
        <translation>拒 {n}</translation>
    </message>
    <message>
        <source>{n} d: {what}</source>
        <translation>{n} 天：{what}</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>missed {n}</source>
        <translation>未接 {n}</translation>
    </message>
    <message>
        <source>{n} of {most}</source>
        <translation>{n}/{most}</translation>
    </message>
    <message>
        <source>✕ {name}: critical finding, not told. {why}</source>
        <translation>✕ {name}：危急值未通知到。{why}</translation>
    </message>
    <message>
        <source>other cases that ring: {n}</source>
        <translation>另有 {n} 例正在响铃</translation>
    </message>
    <message>
        <source>Top 3</source>
        <translation>推荐</translation>
    </message>
</context>
<context>
    <name>call</name>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Reconnecting…</source>
        <translation>正在重新连接…</translation>
    </message>
    <message>
        <source>No call</source>
        <translation>没有通话</translation>
    </message>
    <message>
        <source>Joining…</source>
        <translation>正在加入…</translation>
    </message>
    <message>
        <source>In a call with {names}</source>
        <translation>正在与 {names} 通话</translation>
    </message>
    <message>
        <source>Waiting for the others</source>
        <translation>等待其他成员</translation>
    </message>
    <message>
        <source>In the call: {names}</source>
        <translation>通话中：{names}</translation>
    </message>
    <message>
        <source>pictures paused, speech goes on</source>
        <translation>画面已暂停，语音继续</translation>
    </message>
    <message>
        <source>still pictures, speech goes on</source>
        <translation>静态画面，语音继续</translation>
    </message>
    <message>
        <source>no new picture</source>
        <translation>没有新画面</translation>
    </message>
    <message>
        <source>Your upload is slow: your picture is paused, speech goes on.</source>
        <translation>您的上行网速过慢：您的画面已暂停，语音继续。</translation>
    </message>
    <message>
        <source>Your upload is slow: still pictures are sent, speech goes on.</source>
        <translation>您的上行网速过慢：仅发送静态画面，语音继续。</translation>
    </message>
    <message>
        <source>Your upload is slow: your picture is sent smaller.</source>
        <translation>您的上行网速较慢：您的画面已缩小发送。</translation>
    </message>
    <message>
        <source>This computer is busy: your picture is sent smaller.</source>
        <translation>本机处理繁忙：您的画面已缩小发送。</translation>
    </message>
    <message>
        <source>The line of {name} is slow: pictures are paused, speech goes on.</source>
        <translation>{name}的网络过慢：画面已暂停，语音继续。</translation>
    </message>
    <message>
        <source>The line of {name} is slow: still pictures, speech goes on.</source>
        <translation>{name}的网络过慢：仅有静态画面，语音继续。</translation>
    </message>
    <message>
        <source>No new picture comes from {name}.</source>
        <translation>没有收到{name}的新画面。</translation>
    </message>
    <message>
        <source>The line of {name} is slow: the picture is smaller.</source>
        <translation>{name}的网络较慢：画面已缩小。</translation>
    </message>
    <message>
        <source>The computer of {name} is busy: the picture is smaller.</source>
        <translation>{name}的电脑繁忙：画面已缩小。</translation>
    </message>
    <message>
        <source>reconnecting to the server</source>
        <translation>正在重新连接服务器</translation>
    </message>
    <message>
        <source>The line to the server is broken and comes back by itself; the call goes on.</source>
        <translation>与服务器的连接已中断，将自动恢复；通话继续进行。</translation>
    </message>
    <message>
        <source>The relay refused our credentials: hospital IT must compare the secrets of server and relay.</source>
        <translation>中继服务器拒绝了本机的凭据：请医院信息科核对会诊服务器与中继服务器的共享密钥。</translation>
    </message>
    <message>
        <source>The relay cannot be reached: hospital IT must check that it runs and that the firewall lets us through.</source>
        <translation>无法连接中继服务器：请医院信息科检查其是否运行，以及防火墙是否放行。</translation>
    </message>
    <message>
        <source>The connection to {name} is lost and is being made anew.</source>
        <translation>与{name}的连接已中断，正在重新建立。</translation>
    </message>
    <message>
        <source>A generated picture is sent.</source>
        <translation>当前发送的是生成画面。</translation>
    </message>
    <message>
        <source>You are heard while you hold the key.</source>
        <translation>按住按键期间，对方能听到您说话。</translation>
    </message>
    <message>
        <source>You are muted: nobody hears what you say.</source>
        <translation>您已静音：对方听不到您说话。</translation>
    </message>
    <message>
        <source>The media server of the hospital does not answer: pictures go from computer to computer until it is back, and may be poor. The call goes on.</source>
        <translation>医院的媒体服务器没有应答：恢复之前，画面在各台电脑之间直接传送，质量可能较差；通话继续。</translation>
    </message>
    <message>
        <source>The call is connecting to the media server of the hospital: pictures may stand still for some seconds.</source>
        <translation>正在接入医院的媒体服务器，画面可能停顿几秒。</translation>
    </message>
    <message>
        <source>Few pictures come from {name}: the line there may be slow.</source>
        <translation>{name}传来的画面很少，对方网络可能较慢。</translation>
    </message>
    <message>
        <source>microphone off</source>
        <translation>麦克风已关</translation>
    </message>
    <message>
        <source>The picture of {name} is too large to be shown.</source>
        <translation>{name}的画面尺寸过大，无法显示。</translation>
    </message>
</context>
<context>
    <name>case_actions</name>
    <message>
        <source>Score {n}</source>
        <translation>评分 {n}</translation>
    </message>
    <message>
        <source>Ask for more information</source>
        <translation>要求补充资料</translation>
    </message>
    <message>
        <source>The clinic gets a checklist. The clocks stand still; the case comes back to you.</source>
        <translation>基层将收到补充清单。时限暂停；补充后病例回到您这里。</translation>
    </message>
    <message>
        <source>Hand over to another expert</source>
        <translation>转交其他专家</translation>
    </message>
    <message>
        <source>The other expert is rung. The case stays until they accept.</source>
        <translation>系统呼叫对方专家。对方接受之前，病例仍由您负责。</translation>
    </message>
    <message>
        <source>Make an appointment</source>
        <translation>预约时间</translation>
    </message>
    <message>
        <source>Both sides see the time and are reminded when it comes.</source>
        <translation>双方都能看到预约时间，到时会收到提醒。</translation>
    </message>
    <message>
        <source>Record who did not come</source>
        <translation>记录未到场</translation>
    </message>
    <message>
        <source>The appointment is over. From the expert the case goes back to the queue; from the clinic it ends.</source>
        <translation>预约到此结束。由专家记录时病例回到候诊队列；由基层记录时病例终止。</translation>
    </message>
    <message>
        <source>Suspend the case</source>
        <translation>暂停病例</translation>
    </message>
    <message>
        <source>You keep it. Images, windows, layout and draft are there again when you go on.</source>
        <translation>病例仍由您负责。继续时影像、窗宽窗位、布局和草稿恢复原样。</translation>
    </message>
    <message>
        <source>Give the case back</source>
        <translation>退回会诊</translation>
    </message>
    <message>
        <source>The case goes back to the queue with its age; your draft stays with you.</source>
        <translation>会诊将退回队列，等待时间继续计算；您的草稿仍保留在本机。</translation>
    </message>
    <message>
        <source>Ask to end the case</source>
        <translation>申请终止会诊</translation>
    </message>
    <message>
        <source>Work has begun: the expert reads why, and agrees or refuses.</source>
        <translation>会诊已经开始：专家看到原因后同意或拒绝。</translation>
    </message>
    <message>
        <source>Refuse to end the case</source>
        <translation>拒绝终止会诊</translation>
    </message>
    <message>
        <source>The clinic reads why. The case goes on.</source>
        <translation>基层会看到原因，会诊继续进行。</translation>
    </message>
    <message>
        <source>End the case early</source>
        <translation>提前终止会诊</translation>
    </message>
    <message>
        <source>The case ends without a report. It cannot be taken up again.</source>
        <translation>病例终止且没有报告，不能恢复。</translation>
    </message>
    <message>
        <source>Reject the case</source>
        <translation>拒收病例</translation>
    </message>
    <message>
        <source>The case ends, and the clinic reads why. It is nobody&apos;s any more.</source>
        <translation>病例终止，基层会看到原因，不再转给其他专家。</translation>
    </message>
    <message>
        <source>Withdraw the case</source>
        <translation>撤回会诊</translation>
    </message>
    <message>
        <source>Nobody will be rung for this case any more. It cannot be submitted again.</source>
        <translation>将不再为该会诊呼叫专家，且不能再次提交。</translation>
    </message>
    <message>
        <source>Mark as entered in error</source>
        <translation>标记为录入错误</translation>
    </message>
    <message>
        <source>For a case of the wrong patient: it ends and is marked as wrong.</source>
        <translation>用于患者录错的病例：病例终止并标记为错误。</translation>
    </message>
    <message>
        <source>Add late images</source>
        <translation>补传影像</translation>
    </message>
    <message>
        <source>The expert is told at once. The case keeps its place and its clocks go on.</source>
        <translation>专家会立即得知。病例在队列中的位置不变，时限照常计算。</translation>
    </message>
    <message>
        <source>Go on without late images</source>
        <translation>不等补传影像，继续</translation>
    </message>
    <message>
        <source>Read the critical finding back</source>
        <translation>复述确认危急发现</translation>
    </message>
    <message>
        <source>The expert sees at once that it was understood, and by whom. It cannot be changed afterwards.</source>
        <translation>专家会立即看到已被理解以及由谁确认。提交后不能更改。</translation>
    </message>
    <message>
        <source>The report can be signed; it does not rest on images that have not arrived or may be another patient&apos;s. The timeline says so. Images added later are waited for.</source>
        <translation>报告可以签署，但不以未到达或可能属于其他患者的影像为依据。时间线会记录。之后补传的影像仍会等待。</translation>
    </message>
    <message>
        <source>The late images belong here</source>
        <translation>补传影像属于本例</translation>
    </message>
    <message>
        <source>You have compared name and date of birth: they are this patient&apos;s. The timeline says so, and the report rests on them.</source>
        <translation>您已核对姓名和出生日期：影像属于本患者。时间线会记录，报告以其为依据。</translation>
    </message>
    <message>
        <source>Ask for a second opinion</source>
        <translation>申请第二意见</translation>
    </message>
    <message>
        <source>Another expert reads the same images and history as a case of its own, without this report and without your reason. Once theirs is signed, both experts and the clinic see both.</source>
        <translation>另一位专家将独立阅读相同的影像和病史，看不到本报告，也看不到您填写的原因。其报告签署后，两位专家和基层均可看到两份报告。</translation>
    </message>
    <message>
        <source>Ask several experts (MDT)</source>
        <translation>发起多学科会诊（MDT）</translation>
    </message>
    <message>
        <source>Each reads the same images and history as a case of its own and does not see what the others write. Once all have signed, the chair sees all opinions and signs the conclusion.</source>
        <translation>每位专家以独立病例阅读同样的影像和病史，看不到其他人写的内容。全部签署后，主持人看到所有意见并签署结论。</translation>
    </message>
    <message>
        <source>Go on without the missing opinions</source>
        <translation>不再等待缺少的意见</translation>
    </message>
    <message>
        <source>Who has not signed is asked no longer, and reads why. You see the other opinions; the minutes say who is missing and why.</source>
        <translation>不再请未签署的专家出具意见，他们会看到原因。您可以看到其余意见；纪要会写明缺少谁及原因。</translation>
    </message>
    <message>
        <source>Amend the report</source>
        <translation>修订报告</translation>
    </message>
    <message>
        <source>You write a new version and sign it. The clinic reads why, and keeps the signed one until then; the old version stays readable.</source>
        <translation>您将书写并签署新版本。基层医生会看到修订原因，在此之前仍以已签署的版本为准；旧版本始终可查阅。</translation>
    </message>
    <message>
        <source>Ask for a second signature</source>
        <translation>请求审核</translation>
    </message>
    <message>
        <source>A reviewer of your house reads images and draft, approves it or returns it. You sign when it is approved.</source>
        <translation>本院审核医师阅片并审阅草稿，通过或退回；通过后由您签发。</translation>
    </message>
    <message>
        <source>Approve the draft</source>
        <translation>审核通过</translation>
    </message>
    <message>
        <source>Return the draft</source>
        <translation>退回草稿</translation>
    </message>
    <message>
        <source>Its expert reads why and writes on.</source>
        <translation>专家会看到退回原因并继续书写。</translation>
    </message>
    <message>
        <source>You sign these very words with your own key. Its expert may sign then too; both signatures stay with the report.</source>
        <translation>您用自己的密钥对这份草稿的原文签名，之后书写报告的专家才能签署；两个签名都保留在报告中。</translation>
    </message>
    <message>
        <source>Top 3</source>
        <translation>推荐</translation>
    </message>
</context>
<context>
    <name>case_form</name>
    <message>
        <source>Still needed: {items}</source>
        <translation>还需要：{items}</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>No network: the case can be submitted when it is back.</source>
        <translation>无网络：恢复后即可提交。</translation>
    </message>
    <message>
        <source>The images name another patient: {names}</source>
        <translation>图像上是另一位患者：{names}</translation>
    </message>
    <message>
        <source>⚠ {n} more images have come and are not with the case.</source>
        <translation>⚠ 另有 {n} 幅影像已到达，但未随病例。</translation>
    </message>
    <message>
        <source>⚠ The archive has {n} more images than have come.</source>
        <translation>⚠ 影像归档系统（PACS）中还有 {n} 幅影像没有到达。</translation>
    </message>
    <message>
        <source>The images of this case are not all there: {later} have come and were not added, {missing} have not come from the archive. The expert would not see them.</source>
        <translation>本病例的影像不全：{later} 幅已到达但未添加，{missing} 幅尚未从影像归档系统到达。专家将看不到这些影像。</translation>
    </message>
    <message>
        <source>Tick off or answer each: {n} are open</source>
        <translation>请逐项勾选或答复：还有 {n} 项</translation>
    </message>
    <message>
        <source>● Late images, uploading {done} of {total}</source>
        <translation>● 补传影像，正在上传 {done}/{total}</translation>
    </message>
    <message>
        <source>● {n} late images</source>
        <translation>● 补传影像 {n} 幅</translation>
    </message>
    <message>
        <source>Images that name no patient: {n}. Are they of {name}?</source>
        <translation>{n} 幅影像未注明患者：是否属于{name}？</translation>
    </message>
    <message>
        <source>⚠ The device is still sending.</source>
        <translation>⚠ 设备仍在发送。</translation>
    </message>
    <message>
        <source>A device is still sending images of this case: wait for them.</source>
        <translation>设备仍在发送本病例的影像：请等待发送完成。</translation>
    </message>
    <message>
        <source>{n} more images have come that are not with {number}. Add them from the inbox: the expert is told.</source>
        <translation>又收到 {n} 幅影像，未随 {number} 发出。请从收件箱添加，系统会通知专家。</translation>
    </message>
    <message>
        <source>More images</source>
        <translation>新到影像</translation>
    </message>
    <message>
        <source>They stay in the inbox of this computer.</source>
        <translation>它们仍留在本机的收件箱中。</translation>
    </message>
    <message>
        <source>They are not in the inbox: to have them again, add them from the disc, the folder or the device they came from.</source>
        <translation>收件箱中没有这些影像：如需再次使用，请从原来的光盘、文件夹或设备重新添加。</translation>
    </message>
    <message>
        <source>⚠ These images name {name}.</source>
        <translation>⚠ 这些影像标明的患者是 {name}。</translation>
    </message>
    <message>
        <source>⚠ The server has {n} more images of this study. Add the whole study, or remove it from the case.</source>
        <translation>⚠ 服务器上还有此检查的另外 {n} 幅图像。请添加整个检查，或将其从病例中移除。</translation>
    </message>
    <message>
        <source>⚠ {n} of these images name no patient.</source>
        <translation>⚠ 其中 {n} 幅影像未注明患者。</translation>
    </message>
    <message>
        <source>This takes {images} out of the case and off the server.</source>
        <translation>将从本病例和服务器上移除 {images}。</translation>
    </message>
    <message>
        <source>An identity number cannot be like this: compare each digit.</source>
        <translation>身份证号不可能是这样：请逐位核对。</translation>
    </message>
    <message>
        <source>The identity number names {born} as the date of birth.</source>
        <translation>身份证号上的出生日期为 {born}。</translation>
    </message>
    <message>
        <source>The identity number names the other sex.</source>
        <translation>身份证号上的性别与所选不同。</translation>
    </message>
</context>
<context>
    <name>case_strip</name>
    <message>
        <source>The expert asks for more:</source>
        <translation>专家要求补充：</translation>
    </message>
    <message>
        <source>Waiting for the clinic; the clocks stand still:</source>
        <translation>等待基层补充，时限暂停：</translation>
    </message>
    <message>
        <source>The clinic answered:</source>
        <translation>基层已答复：</translation>
    </message>
    <message>
        <source>The clinic answered (studies with new images: {n}):</source>
        <translation>基层已答复（有新影像的检查：{n} 项）：</translation>
    </message>
    <message>
        <source>Appointment: {when}, in {time}</source>
        <translation>预约：{when}，还有 {time}</translation>
    </message>
    <message>
        <source>Appointment: {when}, {time} ago. Call, or record who is absent</source>
        <translation>预约：{when}，已过 {time}。请呼叫，或记录未到场者</translation>
    </message>
    <message>
        <source>You asked to end this case; the expert has not answered:</source>
        <translation>您已申请终止会诊，专家尚未答复：</translation>
    </message>
    <message>
        <source>The clinic asks to end this case:</source>
        <translation>基层申请终止会诊：</translation>
    </message>
    <message>
        <source>Late images, uploading {done} of {total}</source>
        <translation>补传影像，正在上传 {done}/{total}</translation>
    </message>
    <message>
        <source>Late images are coming: {done} of {total} are here</source>
        <translation>补传影像正在到达：已到 {done}/{total}</translation>
    </message>
    <message>
        <source>The report is going to be signed without them.</source>
        <translation>报告将不等这些影像而签署。</translation>
    </message>
    <message>
        <source>● Late images have come: {n}</source>
        <translation>● 补传影像已到：{n} 幅</translation>
    </message>
    <message>
        <source>{n} of them are not on the screen yet</source>
        <translation>其中 {n} 幅尚未显示</translation>
    </message>
    <message>
        <source>⚠ Late images may be another patient&apos;s: {n}</source>
        <translation>⚠ 补传影像可能属于其他患者：{n} 幅</translation>
    </message>
    <message>
        <source>Second opinion: both experts see both reports.</source>
        <translation>第二意见：两位专家均可查看两份报告。</translation>
    </message>
    <message>
        <source>Second opinion: read it independently. You see the first report once yours is signed.</source>
        <translation>第二意见：请独立阅片。您的报告签署后即可看到首份报告。</translation>
    </message>
    <message>
        <source>Second opinion: the expert reads independently. Do not tell them what the first report says.</source>
        <translation>第二意见：专家正独立判断，请勿告知首份报告的内容。</translation>
    </message>
    <message>
        <source>Second opinion: signed {when}.</source>
        <translation>第二意见：已于 {when} 签署。</translation>
    </message>
    <message>
        <source>The second opinion ended without a report.</source>
        <translation>第二意见已结束，未出报告。</translation>
    </message>
    <message>
        <source>It can be asked for again in the case actions.</source>
        <translation>可在病例操作中重新申请。</translation>
    </message>
    <message>
        <source>Second opinion: another expert reads the case (asked for {when}).</source>
        <translation>第二意见：另一位专家正在阅片（{when} 申请）。</translation>
    </message>
    <message>
        <source>Second opinion: waits for another expert (asked for {when}).</source>
        <translation>第二意见：等待另一位专家接诊（{when} 申请）。</translation>
    </message>
    <message>
        <source>Opinion for an MDT: do not tell the expert what the others say.</source>
        <translation>多学科会诊意见：请勿把其他专家的看法告诉该专家。</translation>
    </message>
    <message>
        <source>Opinion for an MDT: all who gave one see all of them.</source>
        <translation>多学科会诊意见：出具意见的专家现在都能看到全部意见。</translation>
    </message>
    <message>
        <source>Opinion for an MDT: read independently. You see the others once all have signed.</source>
        <translation>多学科会诊意见：请独立阅片。全部签署后您可以看到其他意见。</translation>
    </message>
    <message>
        <source>MDT: {n} of {total} opinions are signed.</source>
        <translation>多学科会诊：{total} 份意见已签署 {n} 份。</translation>
    </message>
    <message>
        <source>They are shown once all are, or the chair goes on.</source>
        <translation>全部签署或主持人不再等待后才会显示。</translation>
    </message>
    <message>
        <source>MDT: the opinions are here.</source>
        <translation>多学科会诊：意见已到。</translation>
    </message>
    <message>
        <source>MDT: the chair goes on without who is missing ({why}).</source>
        <translation>多学科会诊：主持人不再等待缺少的意见（{why}）。</translation>
    </message>
    <message>
        <source>One was signed again since: read it.</source>
        <translation>此后有意见重新签署，请阅读。</translation>
    </message>
    <message>
        <source>Emergency access until {when}. You can read and change nothing; what you look at is recorded, and the case&apos;s doctors and security were told.</source>
        <translation>紧急访问至 {when}。您只能阅读、不能更改；您查看的内容均有记录，病例的医生和安全员已得到通知。</translation>
    </message>
    <message>
        <source>This draft waits for a reviewer: read images and draft, then approve or return it in the case actions.</source>
        <translation>此草稿待审核：请阅片并审阅草稿，然后在病例操作中通过或退回。</translation>
    </message>
    <message>
        <source>The draft waits for the second signature.</source>
        <translation>草稿正在等待审核。</translation>
    </message>
    <message>
        <source>{name} approved the draft: it can be signed.</source>
        <translation>{name} 已审核通过：可以签发。</translation>
    </message>
    <message>
        <source>{name} returned the draft:</source>
        <translation>{name} 退回了草稿：</translation>
    </message>
    <message>
        <source>Not all images of this case are here:</source>
        <translation>本病例的影像不全：</translation>
    </message>
    <message>
        <source>The draft has changed since {name} approved it.</source>
        <translation>{name}审核通过后，草稿已有改动。</translation>
    </message>
    <message>
        <source>The round meets in the case of its chair: join the call there.</source>
        <translation>会诊讨论在主席的病例中进行：请在那里加入通话。</translation>
    </message>
    <message>
        <source>The clinic was asked and has not answered yet:</source>
        <translation>已请基层补充，尚未回复：</translation>
    </message>
</context>
<context>
    <name>certificate</name>
    <message>
        <source>None chosen. This site signs reports by certificate.</source>
        <translation>未选择。本站点要求用证书签署报告。</translation>
    </message>
    <message>
        <source>None chosen. Reports are signed with this program&apos;s own key, which the server vouches for.</source>
        <translation>未选择。报告使用本程序自身的密钥签名，由服务器登记。</translation>
    </message>
    <message>
        <source>From a file, kept encrypted on this computer</source>
        <translation>来自文件，加密保存在本机</translation>
    </message>
    <message>
        <source>On a token</source>
        <translation>在介质上</translation>
    </message>
    <message>
        <source>{name}, issued by {issuer}, valid until {time}. {place}.</source>
        <translation>{name}，由{issuer}颁发，有效期至 {time}。{place}。</translation>
    </message>
</context>
<context>
    <name>check</name>
    <message>
        <source>is being looked at…</source>
        <translation>正在检测…</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Line for events</source>
        <translation>消息通道</translation>
    </message>
    <message>
        <source>Relay (TURN)</source>
        <translation>中继（TURN）</translation>
    </message>
    <message>
        <source>Speed of the line</source>
        <translation>网络速度</translation>
    </message>
    <message>
        <source>A call will not work fully: see what is marked.</source>
        <translation>通话无法完全正常进行：请查看标出的项目。</translation>
    </message>
    <message>
        <source>A call will work, but not as well as it could.</source>
        <translation>可以通话，但效果会受影响。</translation>
    </message>
    <message>
        <source>A call will work.</source>
        <translation>可以正常通话。</translation>
    </message>
    <message>
        <source>{name}; the loudest in three seconds was {level} dB</source>
        <translation>{name}；三秒内最大音量 {level} dB</translation>
    </message>
    <message>
        <source>answers in {ms} ms</source>
        <translation>响应时间 {ms} 毫秒</translation>
    </message>
    <message>
        <source>answers over {way}</source>
        <translation>可通过 {way} 使用</translation>
    </message>
    <message>
        <source>{name} gives no picture: close other programs that use it, try again.</source>
        <translation>{name}没有画面：请关闭占用它的其他程序后重试。</translation>
    </message>
    <message>
        <source>{name} gives no sound: is it switched off, or forbidden by the system?</source>
        <translation>{name}没有声音：是否已关闭，或未获系统授权？</translation>
    </message>
    <message>
        <source>The program&apos;s part for calls does not start: install again.</source>
        <translation>通话组件无法启动：请重新安装本程序。</translation>
    </message>
    <message>
        <source>None was found: plug one in, or allow it in the system.</source>
        <translation>未找到设备：请接上设备，或在系统中授权。</translation>
    </message>
    <message>
        <source>answers slowly, in {ms} ms: other programs may use the line</source>
        <translation>响应较慢（{ms} 毫秒）：网络可能被其他程序占用</translation>
    </message>
    <message>
        <source>refuses: sign in again, or tell hospital IT.</source>
        <translation>拒绝访问：请重新登录，或联系医院信息科。</translation>
    </message>
    <message>
        <source>does not answer. Check the network cable; a firewall must let TLS 1.3 and WebSocket through to the server.</source>
        <translation>没有响应。请检查网线；防火墙须放行到服务器的 TLS 1.3 和 WebSocket。</translation>
    </message>
    <message>
        <source>not checked: that needs a user name.</source>
        <translation>未检测：需要用户名。</translation>
    </message>
    <message>
        <source>none is set up; calls work where the two computers reach each other.</source>
        <translation>未设置中继；两台电脑能直接互通时可以通话。</translation>
    </message>
    <message>
        <source>refuses the server&apos;s credentials: hospital IT must compare the secrets.</source>
        <translation>拒绝服务器提供的凭据：请信息科核对两边的密钥。</translation>
    </message>
    <message>
        <source>does not answer: a firewall must let its ports through (see operations).</source>
        <translation>没有响应：防火墙须放行其端口（见运维手册）。</translation>
    </message>
    <message>
        <source>{rates}: too slow even for speech; use another line.</source>
        <translation>{rates}：连语音也无法保证，请更换网络。</translation>
    </message>
    <message>
        <source>{rates}: speech works, pictures are small or stand still.</source>
        <translation>{rates}：语音可用，画面会缩小或静止。</translation>
    </message>
    <message>
        <source>could not be measured: try again in a minute.</source>
        <translation>无法测速：请一分钟后重试。</translation>
    </message>
    <message>
        <source>{up} kbit/s up, {down} kbit/s down</source>
        <translation>上行 {up} kbit/s，下行 {down} kbit/s</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>shows a certificate that this computer does not trust: hospital IT gives the server&apos;s CA file (tls/ca.pem in its data folder; here with --ca).</source>
        <translation>出示的证书不受本机信任：请向医院信息科索取服务器的 CA 文件（其数据文件夹中的 tls/ca.pem；此处用 --ca 指定）。</translation>
    </message>
    <message>
        <source>this account is signed in on another computer: sign out there first.</source>
        <translation>该账号已在另一台电脑登录：请先在那里退出。</translation>
    </message>
    <message>
        <source>is refused: check name and password.</source>
        <translation>被拒绝：请检查用户名和密码。</translation>
    </message>
</context>
<context>
    <name>commands</name>
    <message>
        <source>Everywhere</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>通话</translation>
    </message>
    <message>
        <source>Find anything</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Show keys</source>
        <translation>显示快捷键</translation>
    </message>
    <message>
        <source>Cases and queue</source>
        <translation>会诊与队列</translation>
    </message>
    <message>
        <source>Case library</source>
        <translation>病例库</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Read the lists again</source>
        <translation>重新读取列表</translation>
    </message>
    <message>
        <source>New case</source>
        <translation>新建会诊</translation>
    </message>
    <message>
        <source>Add images</source>
        <translation>添加影像</translation>
    </message>
    <message>
        <source>Submit the case</source>
        <translation>提交会诊</translation>
    </message>
    <message>
        <source>Take the case</source>
        <translation>接诊</translation>
    </message>
    <message>
        <source>Show or hide record</source>
        <translation>显示或隐藏病历</translation>
    </message>
    <message>
        <source>Show or hide call</source>
        <translation>显示或隐藏通话</translation>
    </message>
    <message>
        <source>Sign the report</source>
        <translation>签署报告</translation>
    </message>
    <message>
        <source>Print the report</source>
        <translation>打印报告</translation>
    </message>
    <message>
        <source>Call or hang up</source>
        <translation>呼叫或挂断</translation>
    </message>
    <message>
        <source>Microphone on or off</source>
        <translation>开关麦克风</translation>
    </message>
    <message>
        <source>Camera on or off</source>
        <translation>开关摄像头</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>浅色或深色</translation>
    </message>
    <message>
        <source>中文 / English</source>
        <translation>中文 / English</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>Inbox of images</source>
        <translation>影像收件箱</translation>
    </message>
    <message>
        <source>Search the archive</source>
        <translation>检索归档系统</translation>
    </message>
    <message>
        <source>Talk while the microphone is off, as long as it is held</source>
        <translation>麦克风关闭时按住说话</translation>
    </message>
    <message>
        <source>Call over the images, or beside them</source>
        <translation>通话画面浮于影像上方或放回旁边</translation>
    </message>
    <message>
        <source>Call over the images: next corner</source>
        <translation>浮动通话画面：移到下一个角</translation>
    </message>
    <message>
        <source>Call on the whole screen</source>
        <translation>通话全屏显示</translation>
    </message>
    <message>
        <source>Call on the whole screen: next screen</source>
        <translation>通话全屏：移到下一个屏幕</translation>
    </message>
    <message>
        <source>Write in the chat</source>
        <translation>发送文字消息</translation>
    </message>
    <message>
        <source>Share a screen or a device, or stop sharing</source>
        <translation>共享屏幕或设备，或停止共享</translation>
    </message>
    <message>
        <source>Board</source>
        <translation>调度看板</translation>
    </message>
    <message>
        <source>Assign the chosen case to the chosen expert</source>
        <translation>把选中的会诊派给选中的专家</translation>
    </message>
    <message>
        <source>Ring the chosen expert as well</source>
        <translation>同时呼叫选中的专家</translation>
    </message>
    <message>
        <source>Take the chosen case from its expert</source>
        <translation>从专家处收回选中的会诊</translation>
    </message>
    <message>
        <source>Stop ringing for the chosen case</source>
        <translation>停止为选中的会诊呼叫</translation>
    </message>
    <message>
        <source>Reject the chosen case</source>
        <translation>退回选中的会诊</translation>
    </message>
    <message>
        <source>Search the board</source>
        <translation>在看板中查找</translation>
    </message>
    <message>
        <source>Dispatcher&apos;s board</source>
        <translation>调度看板</translation>
    </message>
    <message>
        <source>What can be done with the case</source>
        <translation>病例操作</translation>
    </message>
    <message>
        <source>Rota</source>
        <translation>排班</translation>
    </message>
    <message>
        <source>Lock the window</source>
        <translation>锁定窗口</translation>
    </message>
    <message>
        <source>Open a case in an emergency</source>
        <translation>紧急情况下打开病例</translation>
    </message>
    <message>
        <source>To the case that rings</source>
        <translation>转到来单卡片</translation>
    </message>
    <message>
        <source>Picture of the viewer into the report</source>
        <translation>将当前图像插入报告</translation>
    </message>
    <message>
        <source>Search my cases</source>
        <translation>搜索我的病例</translation>
    </message>
    <message>
        <source>Compare with an earlier report of the patient</source>
        <translation>与患者的既往报告对比</translation>
    </message>
    <message>
        <source>Notifications: what was told to you</source>
        <translation>通知：告知您的事项</translation>
    </message>
</context>
<context>
    <name>comparison</name>
    <message>
        <source>The reports could not be read. Close this and try again.</source>
        <translation>无法读取报告。请关闭后重试。</translation>
    </message>
    <message>
        <source>First opinion</source>
        <translation>首份意见</translation>
    </message>
    <message>
        <source>Second opinion</source>
        <translation>第二意见</translation>
    </message>
    <message>
        <source>{when}, version {n}</source>
        <translation>{when}，第 {n} 版</translation>
    </message>
    <message>
        <source>Signature verified</source>
        <translation>签名已验证</translation>
    </message>
    <message>
        <source>The signature does not fit this text. Do not use it.</source>
        <translation>签名与内容不符，请勿使用。</translation>
    </message>
    <message>
        <source>Only one of them calls a finding critical.</source>
        <translation>只有一份报告了危急发现。</translation>
    </message>
    <message>
        <source>The first report was changed after the second was signed.</source>
        <translation>首份报告在第二份签署之后修改过。</translation>
    </message>
    <message>
        <source>Not both give diagnosis codes: compare the impressions.</source>
        <translation>并非两份都有诊断编码，请对比诊断意见。</translation>
    </message>
    <message>
        <source>The diagnoses agree.</source>
        <translation>诊断一致。</translation>
    </message>
    <message>
        <source>The diagnoses are of the same category and differ in detail.</source>
        <translation>诊断属同一类目，细分不同。</translation>
    </message>
    <message>
        <source>The diagnoses differ.</source>
        <translation>诊断不一致。</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>诊断意见</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>所见</translation>
    </message>
    <message>
        <source>Recommendation</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Critical finding</source>
        <translation>危急发现</translation>
    </message>
    <message>
        <source>Diagnosis codes (ICD-10)</source>
        <translation>诊断编码（ICD-10）</translation>
    </message>
    <message>
        <source>Two opinions side by side</source>
        <translation>两份意见对比</translation>
    </message>
    <message>
        <source>Opinions of the MDT side by side</source>
        <translation>多学科会诊意见并排对照</translation>
    </message>
    <message>
        <source>Reading the reports…</source>
        <translation>正在读取报告…</translation>
    </message>
    <message>
        <source>Not all of them call a finding critical.</source>
        <translation>并非所有意见都认为是危急发现。</translation>
    </message>
    <message>
        <source>Only one opinion was given.</source>
        <translation>只有一份意见。</translation>
    </message>
    <message>
        <source>Not all give diagnosis codes: compare the impressions.</source>
        <translation>并非都写了诊断编码：请对照诊断意见。</translation>
    </message>
    <message>
        <source>This report, as it is being written</source>
        <translation>正在书写的报告</translation>
    </message>
    <message>
        <source>What you type appears here.</source>
        <translation>您书写的内容会显示在这里。</translation>
    </message>
    <message>
        <source>Not signed yet</source>
        <translation>尚未签名</translation>
    </message>
    <message>
        <source>Earlier report</source>
        <translation>既往报告</translation>
    </message>
    <message>
        <source>Compared with the report of {date} ({number}): 【】.</source>
        <translation>与 {date} 会诊报告（{number}）比较：【】。</translation>
    </message>
    <message>
        <source>Beside an earlier report on {patient}</source>
        <translation>与既往报告并列：{patient}</translation>
    </message>
    <message>
        <source>Measured and graded</source>
        <translation>测量与分级</translation>
    </message>
</context>
<context>
    <name>copy_slip</name>
    <message>
        <source>Scan the code with your phone, or type the address below.</source>
        <translation>用手机扫描二维码，或在浏览器中输入下面的地址。</translation>
    </message>
    <message>
        <source>Have the patient&apos;s date of birth ready: the page asks for it.</source>
        <translation>请准备好患者的出生日期，页面会要求输入。</translation>
    </message>
    <message>
        <source>It opens until {time}.</source>
        <translation>有效期至 {time}。</translation>
    </message>
    <message>
        <source>Keep this slip as you would keep the report itself.</source>
        <translation>请像保管报告一样保管这张纸条。</translation>
    </message>
    <message>
        <source>Your consultation report</source>
        <translation>您的会诊报告</translation>
    </message>
</context>
<context>
    <name>device_certificate</name>
    <message>
        <source>None yet.</source>
        <translation>尚未选择。</translation>
    </message>
    <message>
        <source>{name}, good until {day}</source>
        <translation>{name}，有效期至 {day}</translation>
    </message>
    <message>
        <source>Set up by hospital IT, and not readable.</source>
        <translation>由医院信息科统一配置，但无法读取。</translation>
    </message>
</context>
<context>
    <name>devices</name>
    <message>
        <source>As the system has it</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>As the system has it ({name})</source>
        <translation>跟随系统（{name}）</translation>
    </message>
    <message>
        <source>{name} (not connected)</source>
        <translation>{name}（未连接）</translation>
    </message>
    <message>
        <source>{wished} is not there: {device} is used until it is back.</source>
        <translation>未找到{wished}：暂用{device}，重新接上后自动换回。</translation>
    </message>
    <message>
        <source>No camera here: a generated picture is sent.</source>
        <translation>本机没有摄像头：发送的是生成画面。</translation>
    </message>
    <message>
        <source>No microphone here: the others do not hear you. Plug one in, or write.</source>
        <translation>本机没有麦克风：对方听不到您说话。请接上麦克风或发送文字消息。</translation>
    </message>
    <message>
        <source>No loudspeaker here: you do not hear the others. Plug in a headset.</source>
        <translation>本机没有扬声器：您听不到对方说话。请接上耳机。</translation>
    </message>
    <message>
        <source>This computer cannot cancel echo: use a headset, or the others hear themselves.</source>
        <translation>本机无法消除回声：请使用耳机，否则对方会听到自己的声音。</translation>
    </message>
</context>
<context>
    <name>emergency</name>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>截止</translation>
    </message>
    <message>
        <source>There is no case of this number that can be opened. Compare it.</source>
        <translation>没有可打开的该编号病例，请核对编号。</translation>
    </message>
    <message>
        <source>You take part in this case already, or read it as a case of your own: it is in your list.</source>
        <translation>您已参与此病例，或正在独立阅读同一病例：请从您的列表中打开。</translation>
    </message>
</context>
<context>
    <name>emr</name>
    <message>
        <source>{title} ({n}, flagged: {flagged})</source>
        <translation>{title}（{n}，异常 {flagged}）</translation>
    </message>
    <message>
        <source>The record names another patient: {who}</source>
        <translation>病历写的是另一位患者：{who}</translation>
    </message>
    <message>
        <source>Read at the hospital {when}, shared by {who}</source>
        <translation>{when} 在医院读取，{who}共享</translation>
    </message>
    <message>
        <source>{what} (severe)</source>
        <translation>{what}（严重）</translation>
    </message>
    <message>
        <source>Could not be read: {n}</source>
        <translation>未能读取：{n} 条</translation>
    </message>
    <message>
        <source>Entered in error, not shown: {n}</source>
        <translation>录入有误，未显示：{n} 条</translation>
    </message>
    <message>
        <source>Refer to what is not there: {n}</source>
        <translation>引用的内容不存在：{n} 条</translation>
    </message>
    <message>
        <source>{flag} by the usual range; the laboratory gave no flag</source>
        <translation>按参考范围{flag}；检验科没有给出标记</translation>
    </message>
    <message>
        <source>Everything by date</source>
        <translation>全部（按日期）</translation>
    </message>
    <message>
        <source>What</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>参考范围</translation>
    </message>
    <message>
        <source>The record is kept here and goes with the case once online.</source>
        <translation>病历保存在本机，联网后随病例发送。</translation>
    </message>
    <message>
        <source>{n} entries of the record go with the case. {shared}.</source>
        <translation>{n} 条病历随病例共享。{shared}。</translation>
    </message>
    <message>
        <source>Mend the patient, or remove the record.</source>
        <translation>请更正患者信息，或移除病历。</translation>
    </message>
    <message>
        <source>No name</source>
        <translation>无姓名</translation>
    </message>
    <message>
        <source>⚠ Several have this name: compare date of birth and number.</source>
        <translation>⚠ 有同名患者：请核对出生日期和编号。</translation>
    </message>
    <message>
        <source>There are more: write more of the name, or the number.</source>
        <translation>还有更多：请输入更完整的姓名或编号。</translation>
    </message>
    <message>
        <source>Do not follow the standard: {n}</source>
        <translation>不符合标准：{n} 条</translation>
    </message>
    <message>
        <source>{kind}: the hospital does not allow it</source>
        <translation>{kind}：医院不允许读取</translation>
    </message>
    <message>
        <source>{kind}: the hospital&apos;s server has none of this kind</source>
        <translation>{kind}：医院服务器没有此类内容</translation>
    </message>
    <message>
        <source>{kind}: the server is busy; read again later</source>
        <translation>{kind}：服务器繁忙，请稍后重读</translation>
    </message>
    <message>
        <source>{kind}: no answer; read again later</source>
        <translation>{kind}：没有应答，请稍后重读</translation>
    </message>
    <message>
        <source>{kind}: could not be read (code {status})</source>
        <translation>{kind}：未能读取（代码 {status}）</translation>
    </message>
    <message>
        <source>Prescriptions</source>
        <translation>处方</translation>
    </message>
    <message>
        <source>Medication taken</source>
        <translation>用药情况</translation>
    </message>
    <message>
        <source>Values and findings</source>
        <translation>检验与检查结果</translation>
    </message>
    <message>
        <source>The hospital&apos;s server cannot be reached. Check its address and the network.</source>
        <translation>无法连接医院服务器。请检查地址和网络。</translation>
    </message>
    <message>
        <source>The hospital&apos;s server did not answer in time. Try again.</source>
        <translation>医院服务器没有及时应答。请重试。</translation>
    </message>
    <message>
        <source>This computer does not trust the server&apos;s certificate. Ask hospital IT to install the hospital&apos;s CA.</source>
        <translation>本机不信任该服务器的证书。请医院信息科安装医院的根证书。</translation>
    </message>
    <message>
        <source>The answer is not FHIR. Check the address: it ends before “/Patient”.</source>
        <translation>应答不是 FHIR。请检查地址：应在“/Patient”之前结束。</translation>
    </message>
    <message>
        <source>The server mixed two patients up in one answer. Nothing of it is used. Tell hospital IT.</source>
        <translation>服务器在一次应答中混入了两位患者，内容一概不用。请告知医院信息科。</translation>
    </message>
    <message>
        <source>The server did not take the record. Read it at the hospital again.</source>
        <translation>服务器没有接收病历。请重新从医院读取。</translation>
    </message>
    <message>
        <source>The server says: {words}</source>
        <translation>服务器说明：{words}</translation>
    </message>
    <message>
        <source>The hospital&apos;s server no longer has it. Search again.</source>
        <translation>医院服务器上已没有此内容。请重新查找。</translation>
    </message>
    <message>
        <source>It changed at the hospital meanwhile. Read it again.</source>
        <translation>医院的内容已有变动。请重新读取。</translation>
    </message>
    <message>
        <source>The hospital&apos;s server is busy. Try again in some minutes.</source>
        <translation>医院服务器繁忙。请几分钟后重试。</translation>
    </message>
    <message>
        <source>The hospital&apos;s server refused (code {status}). Tell hospital IT.</source>
        <translation>医院服务器拒绝了请求（代码 {status}）。请告知医院信息科。</translation>
    </message>
    <message>
        <source>It answers.</source>
        <translation>应答正常。</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Hospital IT gives each client a name.</source>
        <translation>客户端名称由医院信息科提供。</translation>
    </message>
    <message>
        <source>Begins with https:// and ends before “/Patient”.</source>
        <translation>以 https:// 开头，在“/Patient”之前结束。</translation>
    </message>
    <message>
        <source>This cannot be.</source>
        <translation>填写有误。</translation>
    </message>
    <message>
        <source>⚠ http: others in the network can read along. Ask hospital IT for https.</source>
        <translation>⚠ http：网络中的其他人可以读取内容。请向医院信息科申请 https。</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>诊断与问题</translation>
    </message>
    <message>
        <source>Allergies</source>
        <translation>过敏</translation>
    </message>
    <message>
        <source>Medications</source>
        <translation>用药</translation>
    </message>
    <message>
        <source>Laboratory</source>
        <translation>检验</translation>
    </message>
    <message>
        <source>Vital signs</source>
        <translation>生命体征</translation>
    </message>
    <message>
        <source>Other findings</source>
        <translation>其他发现</translation>
    </message>
    <message>
        <source>Imaging studies</source>
        <translation>影像检查</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Visits</source>
        <translation>就诊</translation>
    </message>
    <message>
        <source>Procedures</source>
        <translation>手术与操作</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>文书</translation>
    </message>
    <message>
        <source>Immunisations</source>
        <translation>预防接种</translation>
    </message>
    <message>
        <source>Family history</source>
        <translation>家族史</translation>
    </message>
    <message>
        <source>recurring</source>
        <translation>复发</translation>
    </message>
    <message>
        <source>relapsed</source>
        <translation>再发</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>非活动</translation>
    </message>
    <message>
        <source>in remission</source>
        <translation>缓解</translation>
    </message>
    <message>
        <source>resolved</source>
        <translation>已痊愈</translation>
    </message>
    <message>
        <source>completed</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>on hold</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>preliminary</source>
        <translation>初步</translation>
    </message>
    <message>
        <source>not final</source>
        <translation>未审核</translation>
    </message>
    <message>
        <source>amended</source>
        <translation>已修订</translation>
    </message>
    <message>
        <source>corrected</source>
        <translation>已更正</translation>
    </message>
    <message>
        <source>superseded</source>
        <translation>已被替代</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>计划中</translation>
    </message>
    <message>
        <source>low</source>
        <translation>偏低</translation>
    </message>
    <message>
        <source>high</source>
        <translation>偏高</translation>
    </message>
    <message>
        <source>critically low</source>
        <translation>危急偏低</translation>
    </message>
    <message>
        <source>critically high</source>
        <translation>危急偏高</translation>
    </message>
    <message>
        <source>abnormal</source>
        <translation>异常</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} 幅</translation>
    </message>
    <message>
        <source>{number} (not a valid identity number)</source>
        <translation>{number}（身份证号无效）</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>other sex</source>
        <translation>其他性别</translation>
    </message>
    <message>
        <source>sex not said</source>
        <translation>性别未知</translation>
    </message>
    <message>
        <source>† deceased</source>
        <translation>† 已故</translation>
    </message>
    <message>
        <source>date of birth not said</source>
        <translation>出生日期未知</translation>
    </message>
    <message>
        <source>This is not the patient of the case: name, sex or date of birth differ. Nothing is shared.</source>
        <translation>这不是本病例的患者：姓名、性别或出生日期不同。不会共享任何内容。</translation>
    </message>
    <message>
        <source>The images of the case name another patient. Nothing is shared. Compare them in the case first.</source>
        <translation>本病例的影像写的是另一位患者。不会共享任何内容。请先在病例中核对。</translation>
    </message>
    <message>
        <source>▸ {what} (in this case)</source>
        <translation>▸ {what}（本病例）</translation>
    </message>
    <message>
        <source>Enter shows it</source>
        <translation>按回车显示</translation>
    </message>
    <message>
        <source>{n} older: in the parts above</source>
        <translation>更早的 {n} 条：见上方各部分</translation>
    </message>
    <message>
        <source>Writing needs more than this: system/*.read system/*.write</source>
        <translation>写入需要更大的范围：system/*.read system/*.write</translation>
    </message>
    <message>
        <source>Usual: {range}</source>
        <translation>参考范围：{range}</translation>
    </message>
    <message>
        <source>Not shared by the clinic: {what}</source>
        <translation>基层未共享：{what}</translation>
    </message>
    <message>
        <source>Nothing is said of: {what}</source>
        <translation>未提及（是否有不详）：{what}</translation>
    </message>
    <message>
        <source>There may be more at the hospital: {what}</source>
        <translation>医院可能还有更多：{what}</translation>
    </message>
    <message>
        <source>Do not say whose they are, left out: {what}</source>
        <translation>未写明属于谁，已略去：{what}</translation>
    </message>
    <message>
        <source>Could not be read: {what}</source>
        <translation>无法读取：{what}</translation>
    </message>
    <message>
        <source>⚠ Allergies: {what}</source>
        <translation>⚠ 过敏：{what}</translation>
    </message>
    <message>
        <source>{allergies}. This list is not complete.</source>
        <translation>{allergies}。此清单不完整。</translation>
    </message>
    <message>
        <source>⚠ Allergies are not known: {why}</source>
        <translation>⚠ 过敏史不详：{why}</translation>
    </message>
    <message>
        <source>As the hospital entered it: {what}</source>
        <translation>医院登记：{what}</translation>
    </message>
    <message>
        <source>No current allergy is entered in this record. Ask the patient.</source>
        <translation>病历中未登记现有过敏；请询问患者。</translation>
    </message>
    <message>
        <source>the hospital does not allow reading them</source>
        <translation>医院不允许读取</translation>
    </message>
    <message>
        <source>the hospital&apos;s server has none of this kind</source>
        <translation>医院的服务器没有这一类</translation>
    </message>
    <message>
        <source>the clinic did not share them</source>
        <translation>基层未共享这一部分</translation>
    </message>
    <message>
        <source>nothing is said of them</source>
        <translation>来源未提及</translation>
    </message>
    <message>
        <source>not all of them could be read</source>
        <translation>未能全部读取</translation>
    </message>
    <message>
        <source>they could not be read</source>
        <translation>未能读取</translation>
    </message>
    <message>
        <source>Not to be given: {what}</source>
        <translation>禁用：{what}</translation>
    </message>
    <message>
        <source>Proposed: {what}</source>
        <translation>建议（未开立）：{what}</translation>
    </message>
    <message>
        <source>Planned: {what}</source>
        <translation>计划：{what}</translation>
    </message>
    <message>
        <source>One of several options: {what}</source>
        <translation>备选：{what}</translation>
    </message>
    <message>
        <source>Draft: {what}</source>
        <translation>草稿：{what}</translation>
    </message>
    <message>
        <source>Differential diagnosis: {what}</source>
        <translation>鉴别诊断：{what}</translation>
    </message>
    <message>
        <source>Provisional: {what}</source>
        <translation>暂定：{what}</translation>
    </message>
    <message>
        <source>Unconfirmed: {what}</source>
        <translation>未确认：{what}</translation>
    </message>
    <message>
        <source>Refuted: {what}</source>
        <translation>已排除：{what}</translation>
    </message>
    <message>
        <source>Not done: {what}</source>
        <translation>未做：{what}</translation>
    </message>
    <message>
        <source>Not taken: {what}</source>
        <translation>未服用：{what}</translation>
    </message>
    <message>
        <source>Intended: {what}</source>
        <translation>拟用：{what}</translation>
    </message>
    <message>
        <source>to something that is not named</source>
        <translation>未写明过敏原</translation>
    </message>
    <message>
        <source>Only the name agrees, and many have one name. Compare date of birth or number with the patient.</source>
        <translation>只有姓名一致，同名者很多。请与患者核对出生日期或证件号码。</translation>
    </message>
    <message>
        <source>The name is written otherwise. Compare it with the patient&apos;s papers.</source>
        <translation>姓名写法不同。请与患者证件核对。</translation>
    </message>
    <message>
        <source>It names {who}; the clinic compared: this is the patient</source>
        <translation>病历写的是{who}；基层已核对为本患者</translation>
    </message>
    <message>
        <source>⚠ It names {who}: only the name agrees, nobody compared</source>
        <translation>⚠ 病历写的是{who}：只有姓名一致，无人核对</translation>
    </message>
    <message>
        <source>The hospital merged another number into this patient; look for it too: {what}</source>
        <translation>医院把另一个号码并入了此患者，请同时查找：{what}</translation>
    </message>
    <message>
        <source>{kind}: larger than can be read</source>
        <translation>{kind}：太大，无法读取</translation>
    </message>
    <message>
        <source>The identity number {number} names another date of birth or sex than the record: check whose it is.</source>
        <translation>身份证号 {number} 的出生日期或性别与病历不符：请核对是谁的号码。</translation>
    </message>
    <message>
        <source>This clinic&apos;s own record, on our server</source>
        <translation>本机构自己的健康档案，保存在会诊服务器上</translation>
    </message>
    <message>
        <source>Write what it is.</source>
        <translation>请填写内容。</translation>
    </message>
    <message>
        <source>Write a number, or the result in words.</source>
        <translation>请填写数值，或用文字写结果。</translation>
    </message>
    <message>
        <source>The range ends below where it begins.</source>
        <translation>参考范围的上限低于下限。</translation>
    </message>
    <message>
        <source>From {low} to {high} {unit}.</source>
        <translation>应在 {low} 至 {high} {unit} 之间。</translation>
    </message>
    <message>
        <source>Below the systolic one.</source>
        <translation>应低于收缩压。</translation>
    </message>
    <message>
        <source>Write at least one value.</source>
        <translation>请至少填写一项。</translation>
    </message>
    <message>
        <source>This is no number.</source>
        <translation>这不是数字。</translation>
    </message>
    <message>
        <source>Allergy</source>
        <translation>过敏</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>问题／诊断</translation>
    </message>
    <message>
        <source>Medicine</source>
        <translation>用药</translation>
    </message>
    <message>
        <source>Laboratory value</source>
        <translation>检验值</translation>
    </message>
    <message>
        <source>Vaccination</source>
        <translation>预防接种</translation>
    </message>
    <message>
        <source>Substance</source>
        <translation>过敏原</translation>
    </message>
    <message>
        <source>Problem or diagnosis</source>
        <translation>问题或诊断</translation>
    </message>
    <message>
        <source>Medicine and strength</source>
        <translation>药名和规格</translation>
    </message>
    <message>
        <source>Name of the test</source>
        <translation>检验项目</translation>
    </message>
    <message>
        <source>Vaccine</source>
        <translation>疫苗</translation>
    </message>
    <message>
        <source>Reaction</source>
        <translation>反应</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>How it is taken</source>
        <translation>用法用量</translation>
    </message>
    <message>
        <source>Result in words, where it is no number</source>
        <translation>文字结果（不是数值时）</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批号</translation>
    </message>
    <message>
        <source>Systolic pressure</source>
        <translation>收缩压</translation>
    </message>
    <message>
        <source>Diastolic pressure</source>
        <translation>舒张压</translation>
    </message>
    <message>
        <source>Heart rate</source>
        <translation>心率</translation>
    </message>
    <message>
        <source>Respiratory rate</source>
        <translation>呼吸频率</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>Oxygen saturation</source>
        <translation>血氧饱和度</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>体重</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>身高</translation>
    </message>
    <message>
        <source>The record this is for is not open any more. Nothing was written. Read it again, then write it again.</source>
        <translation>要写入的档案已经不在打开状态，没有写入任何内容。请重新读取该档案后再填写。</translation>
    </message>
    <message>
        <source>The case that is open now is of another patient. Nothing was written. Open the case of this patient.</source>
        <translation>现在打开的是另一位患者的病例，没有写入任何内容。请打开这位患者的病例。</translation>
    </message>
    <message>
        <source>without a day</source>
        <translation>日期不详</translation>
    </message>
    <message>
        <source>Write when it was measured: a day, or a day and a time.</source>
        <translation>请填写测量的日期，或日期和时间。</translation>
    </message>
    <message>
        <source>Asked on</source>
        <translation>询问日期</translation>
    </message>
    <message>
        <source>Measured on</source>
        <translation>测量时间</translation>
    </message>
    <message>
        <source>Taken on</source>
        <translation>采样时间</translation>
    </message>
    <message>
        <source>Given on</source>
        <translation>接种日期</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>开始于</translation>
    </message>
    <message>
        <source>today, or 2026-11-20</source>
        <translation>今天，或 2026-11-20</translation>
    </message>
    <message>
        <source>2026-11-20 14:05, or the day</source>
        <translation>2026-11-20 14:05，或只写日期</translation>
    </message>
    <message>
        <source>2026, 2026-11 or 2026-11-20; empty: not known</source>
        <translation>2026、2026-11 或 2026-11-20；不详则留空</translation>
    </message>
    <message>
        <source>It began later: {when}.</source>
        <translation>它开始得更晚：{when}。</translation>
    </message>
    <message>
        <source>Name: {record} → {case}</source>
        <translation>姓名：{record} → {case}</translation>
    </message>
    <message>
        <source>Sex: {record} → {case}</source>
        <translation>性别：{record} → {case}</translation>
    </message>
    <message>
        <source>Born: {record} → {case}</source>
        <translation>出生日期：{record} → {case}</translation>
    </message>
    <message>
        <source>Number: {record} → {case}</source>
        <translation>编号：{record} → {case}</translation>
    </message>
    <message>
        <source>There may be more in the clinic&apos;s record: {what}</source>
        <translation>本机构健康档案中可能还有更多：{what}</translation>
    </message>
    <message>
        <source>{kind}: the clinic&apos;s record has none of this kind</source>
        <translation>{kind}：本机构健康档案不保存这类内容</translation>
    </message>
    <message>
        <source>{kind}: our server does not allow it</source>
        <translation>{kind}：会诊服务器不允许读取</translation>
    </message>
    <message>
        <source>As the clinic entered it: {what}</source>
        <translation>医疗机构登记为：{what}</translation>
    </message>
    <message>
        <source>our server does not allow reading them</source>
        <translation>会诊服务器不允许读取</translation>
    </message>
    <message>
        <source>the clinic&apos;s record has none of this kind</source>
        <translation>本机构健康档案不保存这类内容</translation>
    </message>
    <message>
        <source>From the clinic&apos;s own record {when}, shared by {who}</source>
        <translation>{when} 取自医疗机构自己的健康档案，由 {who} 共享</translation>
    </message>
    <message>
        <source>Our server refused (code {status}). Tell the administrator.</source>
        <translation>会诊服务器拒绝了请求（代码 {status}）。请告知管理员。</translation>
    </message>
    <message>
        <source>It is not there any more. Search again.</source>
        <translation>该内容已不存在。请重新查找。</translation>
    </message>
    <message>
        <source>It changed meanwhile. Read it again.</source>
        <translation>内容在此期间已被更改。请重新读取。</translation>
    </message>
    <message>
        <source>Our server is busy. Try again in some minutes.</source>
        <translation>会诊服务器繁忙，请几分钟后再试。</translation>
    </message>
    <message>
        <source>Our server does not admit you to the clinic&apos;s own record. Sign in again.</source>
        <translation>会诊服务器不允许您访问本机构健康档案。请重新登录。</translation>
    </message>
    <message>
        <source>Our server cannot be reached. Check the network, then try again.</source>
        <translation>无法连接会诊服务器。请检查网络后重试。</translation>
    </message>
    <message>
        <source>Our server did not answer in time. Try again.</source>
        <translation>会诊服务器没有及时响应。请重试。</translation>
    </message>
    <message>
        <source>This computer does not trust our server&apos;s certificate. Tell the administrator.</source>
        <translation>这台计算机不信任会诊服务器的证书。请告知管理员。</translation>
    </message>
    <message>
        <source>Our server&apos;s answer could not be read. Tell the administrator.</source>
        <translation>无法读取会诊服务器的响应。请告知管理员。</translation>
    </message>
    <message>
        <source>The server mixed two patients up in one answer. Nothing of it is used. Tell the administrator.</source>
        <translation>服务器在一次响应中混入了两位患者的内容，其中任何内容都没有采用。请告知管理员。</translation>
    </message>
    <message>
        <source>The server did not take the record. Read it again, then share it.</source>
        <translation>服务器没有接收该档案。请重新读取后再共享。</translation>
    </message>
    <message>
        <source>Still being read: {what}</source>
        <translation>仍在读取：{what}</translation>
    </message>
    <message>
        <source>Not all of it was read: {what}</source>
        <translation>未全部读取：{what}</translation>
    </message>
    <message>
        <source>{kind} ({n} of {total} read)</source>
        <translation>{kind}（已读 {n}/{total}）</translation>
    </message>
    <message>
        <source>{kind} ({n} read)</source>
        <translation>{kind}（已读 {n}）</translation>
    </message>
    <message>
        <source>{part} – still being read</source>
        <translation>{part} – 读取中</translation>
    </message>
    <message>
        <source>{part} – not all read</source>
        <translation>{part} – 未读全</translation>
    </message>
    <message>
        <source>{part} – not read</source>
        <translation>{part} – 未读取</translation>
    </message>
    <message>
        <source>Names of medicines</source>
        <translation>药品名称</translation>
    </message>
    <message>
        <source>Specimens</source>
        <translation>标本</translation>
    </message>
    <message>
        <source>Allergies are not known yet: they are still being read.</source>
        <translation>过敏史尚不详：仍在读取。</translation>
    </message>
    <message>
        <source>⚠ Allergies are not known: reading them was stopped</source>
        <translation>⚠ 过敏史不详：读取已停止</translation>
    </message>
    <message>
        <source>Signed in here since {when}</source>
        <translation>已在本机登录：{when}</translation>
    </message>
    <message>
        <source>Sign in at the hospital, in the browser that has opened…</source>
        <translation>请在打开的浏览器中登录医院…</translation>
    </message>
    <message>
        <source>The hospital&apos;s server does not admit this computer. Check token or client in Settings, or sign in there again, or ask hospital IT.</source>
        <translation>医院服务器不允许本机访问。请在设置中检查令牌或客户端，或重新登录，或联系医院信息科。</translation>
    </message>
    <message>
        <source>Nobody signed in in the browser within five minutes. Try again.</source>
        <translation>五分钟内没有在浏览器中完成登录。请重试。</translation>
    </message>
    <message>
        <source>The hospital&apos;s server did not let you in. Try again, or ask hospital IT.</source>
        <translation>医院服务器未允许您登录。请重试，或联系医院信息科。</translation>
    </message>
    <message>
        <source>The hospital&apos;s server does not offer a safe sign-in (SMART with PKCE), or another server answered. Tell hospital IT.</source>
        <translation>医院服务器不支持安全登录（SMART 与 PKCE），或应答的是另一台服务器。请告知医院信息科。</translation>
    </message>
    <message>
        <source>This computer opens no browser. Ask hospital IT for a token or a client.</source>
        <translation>本机无法打开浏览器。请向医院信息科索取令牌或客户端。</translation>
    </message>
    <message>
        <source>Older, not shared by the clinic: {what}</source>
        <translation>较早、基层未共享：{what}</translation>
    </message>
    <message>
        <source>{what} (before {day})</source>
        <translation>{what}（{day} 之前）</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n}/{all}</translation>
    </message>
    <message>
        <source>This is more than goes with a case. Choose fewer parts, or a shorter time.</source>
        <translation>超出随病例提供的上限。请少选几项，或缩短时间范围。</translation>
    </message>
    <message>
        <source>You are signed out on this computer. The hospital&apos;s server could not be told, and may take the sign-in for good until it ends there.</source>
        <translation>已在本机退出登录。未能通知医院服务器，在其到期之前，该登录在医院一侧可能仍然有效。</translation>
    </message>
    <message>
        <source>This file has no private key for SMART: RSA of 2048 bits and more, or the curve P-384, as PEM or JWK. Choose another.</source>
        <translation>此文件中没有可用于 SMART 的私钥：需为 2048 位及以上的 RSA 或 P-384 曲线，格式为 PEM 或 JWK。请另选文件。</translation>
    </message>
    <message>
        <source>The key has a password, and another than this. Type it, then try again.</source>
        <translation>密钥有口令，且与所填不符。请填写口令后重试。</translation>
    </message>
    <message>
        <source>The hospital&apos;s server wants you to sign in again.</source>
        <translation>医院服务器要求重新登录。</translation>
    </message>
    <message>
        <source>Name and date of birth agree, but the number is another one. Compare it with the patient&apos;s papers.</source>
        <translation>姓名和出生日期相符，但号码不同。请与患者的证件核对。</translation>
    </message>
    <message>
        <source>⚠ It names {who} under another number, nobody compared</source>
        <translation>⚠ 病历写的是{who}：号码不同，无人核对</translation>
    </message>
    <message>
        <source>critically abnormal</source>
        <translation>危急异常</translation>
    </message>
    <message>
        <source>S, susceptible</source>
        <translation>S 敏感</translation>
    </message>
    <message>
        <source>I, intermediate</source>
        <translation>I 中介</translation>
    </message>
    <message>
        <source>R, resistant</source>
        <translation>R 耐药</translation>
    </message>
    <message>
        <source>SDD, susceptible dose dependent</source>
        <translation>SDD 剂量依赖性敏感</translation>
    </message>
    <message>
        <source>reactive</source>
        <translation>有反应性</translation>
    </message>
    <message>
        <source>weakly reactive</source>
        <translation>弱反应性</translation>
    </message>
    <message>
        <source>not reactive</source>
        <translation>无反应性</translation>
    </message>
    <message>
        <source>indeterminate</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>equivocal</source>
        <translation>可疑</translation>
    </message>
    <message>
        <source>{title}, {n} not in the line</source>
        <translation>{title}，{n} 个未画入曲线</translation>
    </message>
    <message>
        <source>Not in the line: {values}</source>
        <translation>未画入曲线：{values}</translation>
    </message>
    <message>
        <source>{kind}: the answer is not FHIR, perhaps a page to sign in; read again later, or ask hospital IT</source>
        <translation>{kind}：答复不是 FHIR，可能是登录页面；请稍后重新读取，或联系医院信息科</translation>
    </message>
    <message>
        <source>When exactly is not told: it may be newer than the others of its name.</source>
        <translation>未注明确切时间：可能比同名的其他结果更新。</translation>
    </message>
    <message>
        <source>Came twice under one id and differ, both shown: {what}</source>
        <translation>同一编号下有两条不同内容，均已显示：{what}</translation>
    </message>
    <message>
        <source>sex in the record: {sex}</source>
        <translation>病历中的性别：{sex}</translation>
    </message>
    <message>
        <source>sex in the record: {sex}, by an identity number</source>
        <translation>按身份证号，病历中的性别：{sex}</translation>
    </message>
    <message>
        <source>Another program opened this one for a server that is not set up here, or where people do not sign in. Check the address in Settings, or look for the patient here.</source>
        <translation>另一程序启动本程序所指的服务器未在此设置，或该服务器不支持本人登录。请核对“设置”中的地址，或在此查找患者。</translation>
    </message>
    <message>
        <source>The program that opened this one did not say which patient it has open. Look for the patient here.</source>
        <translation>启动本程序的程序没有说明打开的是哪位患者。请在此查找患者。</translation>
    </message>
    <message>
        <source>These files hold no HL7 v2 messages (ADT, ORU, MDM). Choose others.</source>
        <translation>这些文件中没有 HL7 v2 消息（ADT、ORU、MDM）。请选择其他文件。</translation>
    </message>
</context>
<context>
    <name>emr_writes</name>
    <message>
        <source>Leave it as it is there</source>
        <translation>保留医院现有内容</translation>
    </message>
    <message>
        <source>Write it over</source>
        <translation>覆盖写入</translation>
    </message>
    <message>
        <source>Number at the hospital</source>
        <translation>患者在该医院的编号</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Hospital record: {done} of {n} parts are written.</source>
        <translation>医院病历：已写入 {done} / {n} 项。</translation>
    </message>
    <message>
        <source>The rest waits.</source>
        <translation>其余等待写入。</translation>
    </message>
    <message>
        <source>{why} Next try {time}.</source>
        <translation>{why} 下次尝试 {time}。</translation>
    </message>
    <message>
        <source>The hospital knows no patient of this number. Write the number the patient has there.</source>
        <translation>医院没有此编号的患者。请填写患者在该医院的编号。</translation>
    </message>
    <message>
        <source>Several patients of the hospital have this number. Write another number of the patient.</source>
        <translation>医院有多名患者使用此编号。请填写患者的其他编号。</translation>
    </message>
    <message>
        <source>The hospital&apos;s patient of this number is somebody else: name, sex or date of birth differ. Nothing is written. Check the number.</source>
        <translation>医院中此编号的患者是另一个人：姓名、性别或出生日期不一致。未写入任何内容。请核对编号。</translation>
    </message>
    <message>
        <source>The hospital&apos;s server refuses it.</source>
        <translation>医院服务器拒绝写入。</translation>
    </message>
    <message>
        <source>It was changed at the hospital since we wrote it.</source>
        <translation>写入之后，医院对其作了修改。</translation>
    </message>
    <message>
        <source>It is there more than once. Ask hospital IT to remove the doubles.</source>
        <translation>医院存在多份重复记录。请医院信息科删除重复项。</translation>
    </message>
    <message>
        <source>The rest was meant for another server than the settings name now. Set that one up again, or leave it.</source>
        <translation>其余内容原应写入另一台服务器，与当前设置不同。请重新设置原服务器，或放弃写入。</translation>
    </message>
    <message>
        <source>The report&apos;s signature does not fit: it is not handed on. Tell IT.</source>
        <translation>报告签名不符：不予转交。请告知信息科。</translation>
    </message>
    <message>
        <source>{what}: {why}</source>
        <translation>{what}：{why}</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>申请</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Appointment</source>
        <translation>预约</translation>
    </message>
    <message>
        <source>Visit</source>
        <translation>就诊</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>知情同意</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>来源记录</translation>
    </message>
    <message>
        <source>Hospital record: cases to be looked at: {n}</source>
        <translation>医院病历：{n} 个病例需要处理</translation>
    </message>
    <message>
        <source>Hospital record: cases that wait: {n}</source>
        <translation>医院病历：{n} 个病例等待写入</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>正在写入…</translation>
    </message>
    <message>
        <source>Structured finding</source>
        <translation>结构化所见</translation>
    </message>
    <message>
        <source>Clinic&apos;s own record: {done} of {n} parts are written.</source>
        <translation>本机构健康档案：已写入 {done}/{n} 部分。</translation>
    </message>
    <message>
        <source>Whether it is there already cannot be seen: the server does not search by our numbers. Ask hospital IT, then try again.</source>
        <translation>无法确认对方是否已有此条：该服务器不支持按我方编号检索。请联系医院信息科后再重试。</translation>
    </message>
</context>
<context>
    <name>fetching</name>
    <message>
        <source>Images: {done} of {total}</source>
        <translation>图像：{done} / {total}</translation>
    </message>
    <message>
        <source>{n} cannot be had now</source>
        <translation>{n} 幅暂时无法获取</translation>
    </message>
    <message>
        <source>stopped, the study is incomplete</source>
        <translation>已停止，检查不完整</translation>
    </message>
    <message>
        <source>waiting for the network, the study is incomplete</source>
        <translation>等待网络，检查不完整</translation>
    </message>
    <message>
        <source>the study is incomplete</source>
        <translation>检查尚不完整</translation>
    </message>
    <message>
        <source>{speed}/s</source>
        <translation>{speed}/秒</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message>
        <source>Studies whose images could not be listed: {n}</source>
        <translation>无法列出影像的检查：{n} 项</translation>
    </message>
    <message>
        <source>without the centre: only what waits here, more may exist</source>
        <translation>连不上上级中心：仅列出在此等待上传的影像，可能不全</translation>
    </message>
    <message>
        <source>as of {time}, without the centre: more may exist</source>
        <translation>截至 {time}，连不上上级中心：可能还有更多影像</translation>
    </message>
</context>
<context>
    <name>field_names</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Number at the clinic</source>
        <translation>本院编号</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Date of birth</source>
        <translation>出生日期</translation>
    </message>
    <message>
        <source>Telephone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>Allergies</source>
        <translation>过敏史</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>检查所见</translation>
    </message>
    <message>
        <source>Diagnosis codes (ICD-10)</source>
        <translation>诊断编码（ICD-10）</translation>
    </message>
    <message>
        <source>Recommendation</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Name shown</source>
        <translation>显示名称</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>Institution</source>
        <translation>机构</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Expert</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>From</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>截止</translation>
    </message>
    <message>
        <source>Days of the week</source>
        <translation>每周的日期</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>最后一天</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>Mail address</source>
        <translation>邮箱</translation>
    </message>
</context>
<context>
    <name>findings</name>
    <message>
        <source>Critical finding in {number}: {what}. Open the case and read it back by {due}: write what you understood.</source>
        <translation>{number} 有危急发现：{what}。请打开病例，在 {due} 前复述确认：写下您的理解。</translation>
    </message>
    <message>
        <source>Critical finding in {number}: {what}. It was to be read back by {due}; the dispatchers have been told. Open the case and write what you understood.</source>
        <translation>{number} 有危急发现：{what}。应在 {due} 前复述确认，现已通知会诊中心调度。请打开病例写下您的理解。</translation>
    </message>
    <message>
        <source>Nobody at {clinic} has read back the critical finding of {number} ({what}; due {due}). Ring them, then open the case and record what they understood.</source>
        <translation>{clinic} 尚未复述确认 {number} 的危急发现（{what}；时限 {due}）。请电话联系对方，然后打开病例记录其理解。</translation>
    </message>
    <message>
        <source>Critical finding: {what}. Not read back yet; due {due}.</source>
        <translation>危急发现：{what}。尚未复述确认，时限 {due}。</translation>
    </message>
    <message>
        <source>Critical finding: {what}. Not read back by {due}; the dispatchers have been told.</source>
        <translation>危急发现：{what}。{due} 前未复述确认，已通知会诊中心调度。</translation>
    </message>
    <message>
        <source>Critical finding: {what}. Read back {when} by {who}: “{words}”</source>
        <translation>危急发现：{what}。{who} 于 {when} 复述确认：“{words}”</translation>
    </message>
    <message>
        <source>Told: {told}</source>
        <translation>已告知：{told}</translation>
    </message>
    <message>
        <source>Critical finding</source>
        <translation>危急发现</translation>
    </message>
</context>
<context>
    <name>hl7_settings</name>
    <message>
        <source>Addresses as 10.1.2.3, with ; between them.</source>
        <translation>如 10.1.2.3，多个地址以 ; 分隔。</translation>
    </message>
    <message>
        <source>An address of this computer, as 10.1.2.3.</source>
        <translation>本机地址，如 10.1.2.3。</translation>
    </message>
    <message>
        <source>It cannot listen: another program has its port. Choose another port, or end that program.</source>
        <translation>无法监听：端口被其他程序占用。请更换端口，或结束该程序。</translation>
    </message>
    <message>
        <source>Listening at port {port}, messages received: {n}</source>
        <translation>正在端口 {port} 监听，已接收消息 {n} 条</translation>
    </message>
    <message>
        <source>Not in the list, refused: {who}</source>
        <translation>不在列表中，已拒绝：{who}</translation>
    </message>
    <message>
        <source>This computer needs a certificate of its own for that.</source>
        <translation>为此本机需要有自己的证书。</translation>
    </message>
    <message>
        <source>It does not listen: the certificate cannot be used. A file is needed that has the certificate and its key without a passphrase (PEM), and one of the authority.</source>
        <translation>未在接收：证书无法使用。需要一个包含证书及无口令私钥的文件（PEM），以及证书颁发机构的文件。</translation>
    </message>
    <message>
        <source>Listening with TLS at port {port}, messages received: {n}</source>
        <translation>正在端口 {port} 以 TLS 接收，已收到消息：{n}</translation>
    </message>
    <message>
        <source>No TLS with: {who}</source>
        <translation>未能建立 TLS：{who}</translation>
    </message>
    <message>
        <source>This computer&apos;s certificate expired on {day}, and senders refuse it. Put a new one into its file, then save.</source>
        <translation>本机证书已于 {day} 过期，发送方会拒绝连接。请更新证书文件，然后保存。</translation>
    </message>
    <message>
        <source>This computer&apos;s certificate expires on {day}. Put a new one into its file before, then save.</source>
        <translation>本机证书将于 {day} 过期。请在此之前更新证书文件，然后保存。</translation>
    </message>
    <message>
        <source>This computer&apos;s certificate is valid until {day}.</source>
        <translation>本机证书有效期至 {day}。</translation>
    </message>
    <message>
        <source>sends without TLS</source>
        <translation>发送时未使用 TLS</translation>
    </message>
    <message>
        <source>shows no certificate</source>
        <translation>未出示证书</translation>
    </message>
    <message>
        <source>its certificate has expired</source>
        <translation>其证书已过期</translation>
    </message>
    <message>
        <source>its certificate is of another authority</source>
        <translation>其证书不是该证书颁发机构签发的</translation>
    </message>
    <message>
        <source>does not accept this computer&apos;s certificate</source>
        <translation>不接受本机证书</translation>
    </message>
    <message>
        <source>needs TLS 1.2 or newer</source>
        <translation>需使用 TLS 1.2 或更高版本</translation>
    </message>
    <message>
        <source>hung up or said nothing: it may send without TLS, or not accept this computer&apos;s certificate</source>
        <translation>已挂断或没有应答：可能未使用 TLS，或不接受本机证书</translation>
    </message>
    <message>
        <source>TLS failed</source>
        <translation>TLS 失败</translation>
    </message>
    <message>
        <source>sends with TLS: name a certificate of this computer here, or have it send without</source>
        <translation>以 TLS 发送：请在此指定本机证书，或让对方不用 TLS 发送</translation>
    </message>
    <message>
        <source>{who} ({why})</source>
        <translation>{who}（{why}）</translation>
    </message>
</context>
<context>
    <name>image_reasons</name>
    <message>
        <source>The file ends before its picture does.</source>
        <translation>文件不完整：图像被截断，请重新导出。</translation>
    </message>
    <message>
        <source>The file cannot be read from the disk.</source>
        <translation>无法从磁盘读取该文件。</translation>
    </message>
    <message>
        <source>The file claims more than it can hold.</source>
        <translation>文件声称的内容超过其实际大小。</translation>
    </message>
    <message>
        <source>The structure of the file is broken.</source>
        <translation>文件结构已损坏，请重新导出。</translation>
    </message>
    <message>
        <source>The file does not say how its data are encoded (no transfer syntax).</source>
        <translation>文件未说明编码方式（缺少传输语法）。</translation>
    </message>
    <message>
        <source>The server already holds a different image under the same identity.</source>
        <translation>服务器上已有相同编号的另一幅图像。</translation>
    </message>
    <message>
        <source>The server does not take this kind of object.</source>
        <translation>服务器不接收这类对象。</translation>
    </message>
    <message>
        <source>The server has no room for this image.</source>
        <translation>服务器空间不足。</translation>
    </message>
    <message>
        <source>The image says that it belongs to another study.</source>
        <translation>该图像属于另一项检查。</translation>
    </message>
    <message>
        <source>The server cannot read this file as DICOM.</source>
        <translation>服务器无法将该文件作为 DICOM 读取。</translation>
    </message>
    <message>
        <source>The image arrived changed.</source>
        <translation>图像到达时已改变。</translation>
    </message>
    <message>
        <source>The copy on this computer is damaged: import the image again.</source>
        <translation>本机副本已损坏，请重新导入该图像。</translation>
    </message>
    <message>
        <source>The server does not know this study, or it is not yours to see.</source>
        <translation>服务器没有该检查，或您无权查看。</translation>
    </message>
    <message>
        <source>The server does not let this account do that.</source>
        <translation>服务器不允许此账号执行该操作。</translation>
    </message>
    <message>
        <source>This account does not take part in the case.</source>
        <translation>此账号不是该会诊的成员。</translation>
    </message>
    <message>
        <source>The image is larger than the server takes.</source>
        <translation>图像超过服务器允许的大小。</translation>
    </message>
    <message>
        <source>The server does not accept the list of images of this study.</source>
        <translation>服务器不接受该检查的图像清单。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not the one this profile trusts.</source>
        <translation>服务器证书与本机信任的不一致。</translation>
    </message>
    <message>
        <source>The server&apos;s answer was not understood.</source>
        <translation>无法理解服务器的应答。</translation>
    </message>
    <message>
        <source>The server cannot be reached.</source>
        <translation>无法连接服务器。</translation>
    </message>
    <message>
        <source>There is no session with the server.</source>
        <translation>尚未登录服务器。</translation>
    </message>
    <message>
        <source>The file lacks what an image needs.</source>
        <translation>文件缺少图像所需的信息。</translation>
    </message>
    <message>
        <source>The server did not store the image.</source>
        <translation>服务器未能保存该图像。</translation>
    </message>
    <message>
        <source>The file carries no picture.</source>
        <translation>文件中没有图像。</translation>
    </message>
    <message>
        <source>The file does not have this picture of the series.</source>
        <translation>文件中没有该序列的这幅图像。</translation>
    </message>
    <message>
        <source>This kind of picture cannot be shown yet.</source>
        <translation>暂不支持显示此类图像。</translation>
    </message>
    <message>
        <source>The compressed picture is damaged.</source>
        <translation>压缩图像已损坏，请重新导出。</translation>
    </message>
    <message>
        <source>The picture took too long to decode.</source>
        <translation>图像解码超时。</translation>
    </message>
    <message>
        <source>Reading the file was cancelled.</source>
        <translation>已取消读取该文件。</translation>
    </message>
    <message>
        <source>This is not a picture.</source>
        <translation>这不是图像。</translation>
    </message>
    <message>
        <source>Another image under the same identity is being sent already.</source>
        <translation>已有相同编号的另一幅图像正在发送。</translation>
    </message>
    <message>
        <source>The image cannot be kept on this computer. Make room on the disk.</source>
        <translation>图像无法保存在本机，请清理磁盘空间。</translation>
    </message>
    <message>
        <source>The server refused the image.</source>
        <translation>服务器拒绝接收该图像。</translation>
    </message>
    <message>
        <source>There is no room left on the disk.</source>
        <translation>磁盘空间不足。</translation>
    </message>
    <message>
        <source>The folder cannot be written to.</source>
        <translation>无法写入该文件夹。</translation>
    </message>
    <message>
        <source>A file of this name is there already.</source>
        <translation>已有同名文件。</translation>
    </message>
    <message>
        <source>This is not a DICOM file. Photographs and PDF files must be chosen themselves.</source>
        <translation>这不是 DICOM 文件。照片和 PDF 文件需单独选取才会添加。</translation>
    </message>
    <message>
        <source>Another file with the same identity and other contents is there.</source>
        <translation>已有另一个标识相同而内容不同的文件。</translation>
    </message>
    <message>
        <source>The object belongs to pictures that are not here.</source>
        <translation>该对象所属的图像不在这里。</translation>
    </message>
    <message>
        <source>The archive is damaged or of a kind that cannot be read. Unpack it first.</source>
        <translation>压缩包已损坏或格式不受支持，请先解压再添加。</translation>
    </message>
    <message>
        <source>The archive asks for a password. Unpack it first.</source>
        <translation>压缩包设有密码，请先解压再添加。</translation>
    </message>
    <message>
        <source>This is an archive inside an archive. Unpack it and add it by itself.</source>
        <translation>这是压缩包中的压缩包，请解压后单独添加。</translation>
    </message>
    <message>
        <source>The archive would unpack to far more than pictures need: it is not read.</source>
        <translation>压缩包解压后的大小远超影像所需，为安全起见不予读取。</translation>
    </message>
    <message>
        <source>The name leads out of its folder: the file is not read.</source>
        <translation>文件名指向所在文件夹之外，为安全起见不予读取。</translation>
    </message>
    <message>
        <source>The disc&apos;s table of contents names this file, but it is not on the disc.</source>
        <translation>光盘目录（DICOMDIR）中列有此文件，但光盘上没有。</translation>
    </message>
    <message>
        <source>The image names another patient than the other images of this study. Compare names and numbers, and send it with that patient&apos;s case.</source>
        <translation>该图像中的患者与本次检查其他图像的患者不一致。请核对姓名和编号，并随该患者自己的病例发送。</translation>
    </message>
    <message>
        <source>The case takes no more images: its report is signed or it has ended.</source>
        <translation>该病例不再接收影像：报告已签署或病例已结束。</translation>
    </message>
</context>
<context>
    <name>inbox</name>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>检查日期</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>检查描述</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>影像数</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Arrived</source>
        <translation>收到时间</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>⚠ incomplete: {n} missing</source>
        <translation>⚠ 不完整：缺 {n} 幅</translation>
    </message>
    <message>
        <source>⚠ names several patients</source>
        <translation>⚠ 含多名患者</translation>
    </message>
    <message>
        <source>⚠ {n} other images under the same numbers were refused</source>
        <translation>⚠ 已拒收 {n} 幅编号相同而内容不同的影像</translation>
    </message>
    <message>
        <source>with case {number}</source>
        <translation>已附到会诊 {number}</translation>
    </message>
    <message>
        <source>Receiving as {title}, port {port}</source>
        <translation>正在接收：AE 名称 {title}，端口 {port}</translation>
    </message>
    <message>
        <source>Nothing comes in by itself: switch the receiver on in the settings</source>
        <translation>未启用自动接收：可在“设置”中启用影像接收</translation>
    </message>
    <message>
        <source>The receiver cannot listen: another program has its port. Choose another port in the settings, or end that program.</source>
        <translation>影像接收无法启动：端口已被其他程序占用。请在“设置”中更换端口，或关闭该程序。</translation>
    </message>
    <message>
        <source>The watched folder is not there. Check the drive or the settings.</source>
        <translation>监视文件夹不存在，请检查磁盘或设置。</translation>
    </message>
    <message>
        <source>Refused, for they are not in the list of devices: {callers}. If one of them is yours, enter it in the settings.</source>
        <translation>以下设备不在名单中，已拒绝：{callers}。如是本院设备，请在“设置”中添加。</translation>
    </message>
    <message>
        <source>⚠ {n} came later: add it again</source>
        <translation>⚠ 之后又收到 {n} 幅，请重新附到会诊</translation>
    </message>
    <message>
        <source>Watched folder: {taken} taken</source>
        <translation>监视文件夹：已取 {taken} 个</translation>
    </message>
    <message>
        <source>{n} left that are no images</source>
        <translation>{n} 个不是影像，留在原处</translation>
    </message>
    <message>
        <source>{n} files of the watched folder are damaged or cut off and were not taken: have them written again.</source>
        <translation>监视文件夹中有 {n} 个文件已损坏或不完整，未接收：请重新导出。</translation>
    </message>
    <message>
        <source>{n} files of the watched folder have the number of another image that is here, with other contents, and were not taken: ask the department that made them.</source>
        <translation>监视文件夹中有 {n} 个文件与本机已有的另一幅影像编号相同而内容不同，未接收：请询问拍摄科室。</translation>
    </message>
    <message>
        <source>The receiver stays off: this computer keeps its key in memory only, and images that a device sends and then forgets would be lost with it. Have hospital IT set up a keyring or a key file (HUIZHEN_CLIENT_KEY_FILE), then sign in again.</source>
        <translation>接收器保持关闭：本机密钥仅存于内存，设备发送后不再保留的影像会随密钥一起丢失。请医院信息科设置系统密钥环或密钥文件（HUIZHEN_CLIENT_KEY_FILE），然后重新登录。</translation>
    </message>
    <message>
        <source>unknown sender</source>
        <translation>来源不明</translation>
    </message>
    <message>
        <source>{n} from {source}</source>
        <translation>{source} {n} 幅</translation>
    </message>
    <message>
        <source>and {n} more studies</source>
        <translation>以及另外 {n} 个检查</translation>
    </message>
    <message>
        <source>{n} images that came in earlier cannot be opened: their key is gone, or the files are damaged. Have them sent again: {whom}.</source>
        <translation>此前收到的 {n} 幅影像无法打开：密钥已丢失或文件已损坏。请让发送方重新发送：{whom}。</translation>
    </message>
    <message>
        <source>⚠ {n} came after the case was submitted: add it again, the expert is told</source>
        <translation>⚠ 提交后又到 {n} 幅：请再次加入病例，专家会得知</translation>
    </message>
    <message>
        <source>⚠ {n} came after the report was signed: send them with a new case, or ask the expert for an amendment</source>
        <translation>⚠ 报告签署后又到 {n} 幅：请随新病例发送，或请专家修订报告</translation>
    </message>
    <message>
        <source>⚠ still being sent</source>
        <translation>⚠ 仍在发送</translation>
    </message>
    <message>
        <source>⚠ {n} could not be read or were refused: have them sent again</source>
        <translation>⚠ {n} 幅影像无法读取或被拒收：请重新发送</translation>
    </message>
    <message>
        <source>⚠ {n} files beside them could not be read</source>
        <translation>⚠ 同来的 {n} 个文件无法读取</translation>
    </message>
    <message>
        <source>⚠ broke off: send or fetch again</source>
        <translation>⚠ 传输中断：请重新发送或调取</translation>
    </message>
    <message>
        <source>Images that could not be read or kept were refused, and nothing else of their study has come: {whom}. Have them sent again.</source>
        <translation>有影像因无法读取或保存而被拒收，且其检查没有其他影像到达：{whom}。请让对方重新发送。</translation>
    </message>
    <message>
        <source>Asked for and not taken: {what}. Ask the device&apos;s service to send ordinary DICOM instead.</source>
        <translation>设备请求发送但本机不接收：{what}。请让设备厂商改为发送标准 DICOM。</translation>
    </message>
    <message>
        <source>Studies being fetched from the archive: {n}</source>
        <translation>正在从归档系统调取的检查：{n}</translation>
    </message>
    <message>
        <source>ZIP files in the watched folder ({n}) are not opened by themselves: choose them with “Add files…”, or unpack them there.</source>
        <translation>监视文件夹中的 ZIP 文件（{n} 个）不会自动打开：请用“添加文件…”选择它们，或在该处解压。</translation>
    </message>
</context>
<context>
    <name>intake</name>
    <message>
        <source>The archive cannot be reached. Check its address and port, the cable, and the firewall.</source>
        <translation>无法连接归档系统。请检查地址、端口、网线和防火墙。</translation>
    </message>
    <message>
        <source>The archive fell silent. Try again; if it stays so, tell hospital IT.</source>
        <translation>归档系统无响应。请重试；若仍如此，请联系信息科。</translation>
    </message>
    <message>
        <source>The archive refuses this computer. Have its AE title entered there, and check the archive&apos;s own AE title here.</source>
        <translation>归档系统拒绝本机连接。请在归档系统中登记本机 AE 名称，并核对此处填写的归档系统 AE 名称。</translation>
    </message>
    <message>
        <source>The archive does not offer this service. Choose another way to retrieve.</source>
        <translation>归档系统不提供此项服务。请更换调取方式。</translation>
    </message>
    <message>
        <source>The archive could not do it and gave no reason but its code. Tell hospital IT.</source>
        <translation>归档系统未能完成操作，仅返回了状态码。请联系信息科。</translation>
    </message>
    <message>
        <source>The archive does not know where to send. Have this computer&apos;s AE title, address and port entered there.</source>
        <translation>归档系统不知道发往何处。请在归档系统中登记本机的 AE 名称、地址和端口。</translation>
    </message>
    <message>
        <source>The archive&apos;s answer makes no sense. Check the address, then tell hospital IT.</source>
        <translation>无法理解归档系统的应答。请先核对地址，再联系信息科。</translation>
    </message>
    <message>
        <source>This computer does not trust the archive&apos;s certificate. Have IT install its CA.</source>
        <translation>本机不信任归档系统的证书。请信息科安装其根证书。</translation>
    </message>
    <message>
        <source>The archive asks for another user or password. Change them in the settings.</source>
        <translation>归档系统要求其他用户名或密码，请在“设置”中修改。</translation>
    </message>
    <message>
        <source>C-MOVE sends to this computer&apos;s receiver, which does not listen. Switch it on in the settings, or retrieve by C-GET.</source>
        <translation>C-MOVE 需要本机的影像接收服务，但它未在运行。请在“设置”中启用，或改用 C-GET。</translation>
    </message>
    <message>
        <source>There is no room left on the disk.</source>
        <translation>磁盘空间不足。</translation>
    </message>
    <message>
        <source>It was broken off on this computer. Try again.</source>
        <translation>操作在本机中断，请重试。</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Watched folder</source>
        <translation>监视文件夹</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>No patient named</source>
        <translation>未注明患者</translation>
    </message>
</context>
<context>
    <name>intake_settings</name>
    <message>
        <source>Asking…</source>
        <translation>正在测试…</translation>
    </message>
    <message>
        <source>It answers.</source>
        <translation>连接正常。</translation>
    </message>
    <message>
        <source>“{part}” is no device: write AETITLE, @address or both.</source>
        <translation>“{part}”不是有效的设备：请填写 AE 名称、@地址，或两者。</translation>
    </message>
    <message>
        <source>An address of this computer, as 10.1.2.3.</source>
        <translation>请填写本机的地址，如 10.1.2.3。</translation>
    </message>
    <message>
        <source>The name or address of the archive&apos;s computer.</source>
        <translation>请填写归档系统主机的名称或地址。</translation>
    </message>
    <message>
        <source>How the archive is called here.</source>
        <translation>请为归档系统取一个名称。</translation>
    </message>
    <message>
        <source>Begins with https:// and ends before /studies.</source>
        <translation>以 https:// 开头，到 /studies 之前为止。</translation>
    </message>
    <message>
        <source>This cannot be.</source>
        <translation>内容无效。</translation>
    </message>
    <message>
        <source>1 to 16 Latin letters, digits or signs.</source>
        <translation>1 至 16 个英文字母、数字或符号。</translation>
    </message>
    <message>
        <source>The report of {number} waits for {archive}. {problem}</source>
        <translation>{number} 的报告等待存入{archive}。{problem}</translation>
    </message>
</context>
<context>
    <name>invitation</name>
    <message>
        <source>Used at {time}</source>
        <translation>已于 {time} 使用</translation>
    </message>
    <message>
        <source>The call has ended</source>
        <translation>通话已结束</translation>
    </message>
    <message>
        <source>Has run out</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>尚未使用</translation>
    </message>
    <message>
        <source>{name} · in the call</source>
        <translation>{name} · 通话中</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤回</translation>
    </message>
</context>
<context>
    <name>library</name>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>History</source>
        <translation>病史</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>影像所见</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>诊断意见</translation>
    </message>
    <message>
        <source>Recommendation</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>{band} years</source>
        <translation>{band} 岁</translation>
    </message>
</context>
<context>
    <name>lock</name>
    <message>
        <source>Your site locks it after {n} min without input at the latest.</source>
        <translation>站点规定：无操作最迟 {n} 分钟后锁定。</translation>
    </message>
</context>
<context>
    <name>mdt</name>
    <message>
        <source>Chair</source>
        <translation>主持人</translation>
    </message>
    <message>
        <source>Opinions</source>
        <translation>各专家意见</translation>
    </message>
    <message>
        <source>Without an opinion of</source>
        <translation>未出具意见</translation>
    </message>
    <message>
        <source>Dissent</source>
        <translation>不同意见</translation>
    </message>
    <message>
        <source>waits for an expert</source>
        <translation>等待专家接诊</translation>
    </message>
    <message>
        <source>reads</source>
        <translation>正在阅片</translation>
    </message>
    <message>
        <source>signed again as version {n}</source>
        <translation>已重新签署第 {n} 版</translation>
    </message>
    <message>
        <source>signed</source>
        <translation>已签署</translation>
    </message>
    <message>
        <source>ended without an opinion</source>
        <translation>已结束，未出具意见</translation>
    </message>
    <message>
        <source>{who} ({number}, version {n}, {when}): {words}</source>
        <translation>{who}（{number}，第 {n} 版，{when}）：{words}</translation>
    </message>
    <message>
        <source>{who} ({number}, version {n}, {when}, signed after the others were shown): {words}</source>
        <translation>{who}（{number}，第 {n} 版，{when}，看到其他意见后签署）：{words}</translation>
    </message>
    <message>
        <source>Why the chair went on: {why}</source>
        <translation>主持人不再等待的原因：{why}</translation>
    </message>
    <message>
        <source>{name}, as noted by the chair: {words}</source>
        <translation>{name}（主持人记录）：{words}</translation>
    </message>
    <message>
        <source>{name}, in their own words: “{words}”</source>
        <translation>{name}（原话）：“{words}”</translation>
    </message>
    <message>
        <source>No expert dissents.</source>
        <translation>各专家无不同意见。</translation>
    </message>
</context>
<context>
    <name>meeting</name>
    <message>
        <source>Nobody came to the appointment of {when}.</source>
        <translation>{when} 的预约双方均未到场。</translation>
    </message>
    <message>
        <source>The clinic did not come to the appointment of {when}.</source>
        <translation>{when} 的预约基层未到场。</translation>
    </message>
    <message>
        <source>The expert did not come to the appointment of {when}.</source>
        <translation>{when} 的预约专家未到场。</translation>
    </message>
    <message>
        <source>The two sides missed each other at {when}.</source>
        <translation>{when} 的预约双方错过，未能会面。</translation>
    </message>
    <message>
        <source>The case is back in the queue. Take it again if you have time now.</source>
        <translation>病例已回到候诊队列。现在有时间可重新接诊。</translation>
    </message>
    <message>
        <source>Somebody waits for you</source>
        <translation>有人在等您</translation>
    </message>
    <message>
        <source>{number}: the appointment was at {when}. Open the case and join the call.</source>
        <translation>{number}：预约时间 {when} 已过。请打开病例并加入通话。</translation>
    </message>
    <message>
        <source>{number}: the expert came at {when} and waits. Open the case and join the call.</source>
        <translation>{number}：专家已按 {when} 的预约到场，正在等候。请打开病例并加入通话。</translation>
    </message>
    <message>
        <source>{number}: the clinic came at {when} and waits. Open the case and join the call.</source>
        <translation>{number}：基层已按 {when} 的预约到场，正在等候。请打开病例并加入通话。</translation>
    </message>
    <message>
        <source>The case is back in the queue with its age: wait for an expert, or close it.</source>
        <translation>病例已回到候诊队列，排队时间保留：等候专家接诊，或结束病例。</translation>
    </message>
    <message>
        <source>Ring those who were absent, then assign the case or close it.</source>
        <translation>请联系未到场者，再指派病例或结束病例。</translation>
    </message>
</context>
<context>
    <name>notices</name>
    <message>
        <source>User name or password is not right. Check capitals and try again.</source>
        <translation>用户名或密码不正确。请检查大小写后重试。</translation>
    </message>
    <message>
        <source>This account is disabled. Ask your administrator.</source>
        <translation>该账号已停用，请联系管理员。</translation>
    </message>
    <message>
        <source>Choose a new password before you go on.</source>
        <translation>请先设置新密码再继续。</translation>
    </message>
    <message>
        <source>This account is signed in on another computer since {since}. You can sign in here; it is then signed out there. What was written there stays saved.</source>
        <translation>该账号自 {since} 起已在另一台电脑登录。您可以在此登录，另一台将被退出；在那里书写的内容不会丢失。</translation>
    </message>
    <message>
        <source>Sign in again to go on.</source>
        <translation>请重新登录后继续。</translation>
    </message>
    <message>
        <source>Your session has run out. Sign in again.</source>
        <translation>登录已过期，请重新登录。</translation>
    </message>
    <message>
        <source>Your session is no longer valid. Sign in again.</source>
        <translation>登录已失效，请重新登录。</translation>
    </message>
    <message>
        <source>Your session has ended. Sign in again.</source>
        <translation>登录已结束，请重新登录。</translation>
    </message>
    <message>
        <source>This session was used from two places and was ended for safety. Sign in again, and tell hospital IT if it was not you.</source>
        <translation>该登录在两处被使用，为安全起见已结束。请重新登录；如果不是您本人操作，请通知信息科。</translation>
    </message>
    <message>
        <source>The password is not right. Nothing was signed; try again.</source>
        <translation>密码不正确，未签署任何内容，请重试。</translation>
    </message>
    <message>
        <source>Your role does not allow this. Ask your administrator if it should.</source>
        <translation>您的角色无权执行此操作；如有需要请联系管理员。</translation>
    </message>
    <message>
        <source>Too many attempts. Wait {count} s and try again.</source>
        <translation>尝试次数过多，请等待 {count} 秒后重试。</translation>
    </message>
    <message>
        <source>Somebody changed this meanwhile. Read it again (F5).</source>
        <translation>内容已被他人修改，请重新读取（F5）。</translation>
    </message>
    <message>
        <source>The case was changed elsewhere. Your text is kept; compare and save again.</source>
        <translation>该会诊已在别处修改。您的文字已保留，请核对后再次保存。</translation>
    </message>
    <message>
        <source>{holder} holds this case now, so nothing was changed. Your text is kept on this computer.</source>
        <translation>该会诊现由{holder}持有，未作任何更改。您的文字已保存在本机。</translation>
    </message>
    <message>
        <source>{holder} was a moment faster and has the case.</source>
        <translation>{holder}快了一步，已接诊。</translation>
    </message>
    <message>
        <source>This cannot be done in the case&apos;s present state. Read it again (F5).</source>
        <translation>会诊当前状态下不能执行此操作，请重新读取（F5）。</translation>
    </message>
    <message>
        <source>The case still needs: {what}</source>
        <translation>会诊还需要：{what}</translation>
    </message>
    <message>
        <source>Not all images have arrived unharmed yet. The case can be submitted when they have.</source>
        <translation>影像尚未全部完好到达，到齐后即可提交。</translation>
    </message>
    <message>
        <source>The server already has another image under the same number. Ask hospital IT.</source>
        <translation>服务器上已有相同编号的另一幅图像，请联系信息科。</translation>
    </message>
    <message>
        <source>A file is not a DICOM image and was left out.</source>
        <translation>有文件不是 DICOM 图像，已跳过。</translation>
    </message>
    <message>
        <source>An image arrived damaged; it is sent again.</source>
        <translation>有图像传输受损，正在重新发送。</translation>
    </message>
    <message>
        <source>The server cannot give the image in this form.</source>
        <translation>服务器不能以此格式提供图像。</translation>
    </message>
    <message>
        <source>The signature does not fit the report. Nothing was signed; try again.</source>
        <translation>签名与报告不符，未签署任何内容，请重试。</translation>
    </message>
    <message>
        <source>This invitation was used already or has run out. Ask for a new one.</source>
        <translation>该邀请已使用或已过期，请索取新的邀请。</translation>
    </message>
    <message>
        <source>The call has ended.</source>
        <translation>通话已结束。</translation>
    </message>
    <message>
        <source>You do not take part in this case.</source>
        <translation>您不是本会诊的成员。</translation>
    </message>
    <message>
        <source>Client and server do not understand each other. Update the client.</source>
        <translation>客户端与服务器版本不符，请更新客户端。</translation>
    </message>
    <message>
        <source>That is too large for the server.</source>
        <translation>内容超过服务器允许的大小。</translation>
    </message>
    <message>
        <source>The server is busy or being maintained. Your work is kept; try again soon.</source>
        <translation>服务器繁忙或正在维护。您的工作已保存，请稍后重试。</translation>
    </message>
    <message>
        <source>The server failed. Your work is kept; try again, then tell the help desk.</source>
        <translation>服务器出错。您的工作已保存，请重试；如仍出错请联系技术支持。</translation>
    </message>
    <message>
        <source>The server cannot be reached. Check the network; what you write is kept on this computer and sent later.</source>
        <translation>无法连接服务器。请检查网络；您书写的内容已保存在本机，稍后发送。</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not trusted. Nothing was sent to it. {what}</source>
        <translation>服务器证书不受信任，未向其发送任何内容。{what}</translation>
    </message>
    <message>
        <source>The server shows another certificate than before. Do not sign in; ask hospital IT.</source>
        <translation>服务器出示的证书与以前不同。请不要登录，并联系信息科。</translation>
    </message>
    <message>
        <source>The server did not answer in time. Try again.</source>
        <translation>服务器未及时应答，请重试。</translation>
    </message>
    <message>
        <source>The server&apos;s answer was not understood. Update the client.</source>
        <translation>无法理解服务器的应答，请更新客户端。</translation>
    </message>
    <message>
        <source>You signed in on another computer, so this one was signed out. What you wrote is saved.</source>
        <translation>您已在另一台电脑登录，本机已退出。您书写的内容已保存。</translation>
    </message>
    <message>
        <source>This session was ended by an administrator. What you wrote is saved.</source>
        <translation>管理员已结束本次登录。您书写的内容已保存。</translation>
    </message>
    <message>
        <source>No DICOM images were found there.</source>
        <translation>那里没有找到 DICOM 图像。</translation>
    </message>
    <message>
        <source>The report&apos;s signature does not fit its text. Do not use it; tell the expert and IT.</source>
        <translation>报告签名与正文不符。请勿使用，并通知专家和信息科。</translation>
    </message>
    <message>
        <source>The call program stopped and was started again; the call is rejoined.</source>
        <translation>通话程序曾停止，已重新启动并重新加入通话。</translation>
    </message>
    <message>
        <source>The transfer program stopped and was started again; nothing is lost.</source>
        <translation>传输程序曾停止，已重新启动，没有丢失任何内容。</translation>
    </message>
    <message>
        <source>No camera was found; a generated picture is sent instead.</source>
        <translation>没有找到摄像头，改为发送生成的画面。</translation>
    </message>
    <message>
        <source>This is not the passphrase of the key file. Check capitals and try again.</source>
        <translation>口令与密钥文件不符。请检查大小写后重试。</translation>
    </message>
    <message>
        <source>Drafts on this computer cannot be opened: their key is missing. Cases on the server are not affected.</source>
        <translation>本机草稿无法打开：缺少密钥。服务器上的会诊不受影响。</translation>
    </message>
    <message>
        <source>The disk is full. Make room, then try again.</source>
        <translation>磁盘已满，请清理后重试。</translation>
    </message>
    <message>
        <source>Something unexpected happened. Your work is kept; tell the help desk.</source>
        <translation>发生意外。您的工作已保存，请联系技术支持。</translation>
    </message>
    <message>
        <source>{number} was submitted; experts are being rung.</source>
        <translation>{number} 已提交，正在呼叫专家。</translation>
    </message>
    <message>
        <source>The report of {number} is signed and sent.</source>
        <translation>{number} 的报告已签署并发送。</translation>
    </message>
    <message>
        <source>The signed report of {number} has arrived.</source>
        <translation>{number} 的签署报告已到达。</translation>
    </message>
    <message>
        <source>Your decision on {number} is recorded.</source>
        <translation>您对 {number} 的决定已记录。</translation>
    </message>
    <message>
        <source>What you wrote last time was restored.</source>
        <translation>已恢复您上次书写的内容。</translation>
    </message>
    <message>
        <source>A case was added to the library.</source>
        <translation>病例库新增一例。</translation>
    </message>
    <message>
        <source>Your password was changed.</source>
        <translation>密码已修改。</translation>
    </message>
    <message>
        <source>{holder} is calling in the case {number}.</source>
        <translation>{holder}正在会诊 {number} 中呼叫您。</translation>
    </message>
    <message>
        <source>Something is filled in wrongly. Check what is marked and try again.</source>
        <translation>有内容填写不正确，请检查后重试。</translation>
    </message>
    <message>
        <source>Something is filled in wrongly: {what}. Check it, try again.</source>
        <translation>填写有误：{what}。请检查后重试。</translation>
    </message>
    <message>
        <source>Files left out, because they are not usable images: {count}. {what}</source>
        <translation>未导入的文件（不是可用的图像）：{count} 个。{what}</translation>
    </message>
    <message>
        <source>This case was also changed on another computer. Both texts stand below each other: read them before you submit.</source>
        <translation>另一台电脑也修改了此会诊。两段文字已上下并列，请在提交前核对。</translation>
    </message>
    <message>
        <source>The guest has not agreed to the words in force. Open the invitation again.</source>
        <translation>来宾尚未同意现行的知情说明，请重新打开邀请。</translation>
    </message>
    <message>
        <source>The server&apos;s disk is full. Nothing is lost; tell the help desk.</source>
        <translation>服务器磁盘已满。数据没有丢失，请联系技术支持。</translation>
    </message>
    <message>
        <source>The transfer program stopped several times and is not running: no image moves now. What was to be sent is kept. Add images again or restart the program to go on; if it stops again, tell hospital IT.</source>
        <translation>传输程序多次停止，现在没有运行：影像暂不传输。待发送的内容已保留。请重新添加影像或重启本程序以继续；如再次停止，请告知医院信息科。</translation>
    </message>
    <message>
        <source>What was asked for went out with {number}; the expert has it again.</source>
        <translation>{number} 所要求的资料已发送，病例已回到专家处。</translation>
    </message>
    <message>
        <source>The disk is full, so the recording has ended; the call goes on. What was recorded is kept. Make room before you ask for a recording again.</source>
        <translation>磁盘已满，录制已结束，通话继续。已录制的内容已保存。请清理磁盘后再提出录制。</translation>
    </message>
    <message>
        <source>The recording cannot be written on this computer and has ended; the call goes on. What was recorded is kept. Tell hospital IT.</source>
        <translation>本机无法写入录像，录制已结束，通话继续。已录制的内容已保存。请告知医院信息科。</translation>
    </message>
    <message>
        <source>Some seconds of a recording cannot be opened on this computer any more; the rest is sent to the server.</source>
        <translation>本机有几秒录像已无法打开，其余部分将上传到服务器。</translation>
    </message>
    <message>
        <source>The server did not take a recording. It stays sealed on this computer and is sent again at the next start; tell hospital IT if it happens again.</source>
        <translation>服务器未接收录像。录像仍加密保存在本机，下次启动时重新上传；如再次发生，请告知医院信息科。</translation>
    </message>
    <message>
        <source>A recording is complete on the server; nothing of it is left here.</source>
        <translation>录像已完整上传到服务器，本机不再保留。</translation>
    </message>
    <message>
        <source>{number} must be taken by {due}.</source>
        <translation>{number} 须在 {due} 前接诊。</translation>
    </message>
    <message>
        <source>Nobody has taken {number} by {due}. More experts are asked now.</source>
        <translation>{number} 到 {due} 仍无人接诊，正在呼叫更多专家。</translation>
    </message>
    <message>
        <source>Reading {number} must begin by {due}.</source>
        <translation>{number} 须在 {due} 前开始阅片。</translation>
    </message>
    <message>
        <source>Reading {number} should have begun by {due}. Begin, or hand the case over.</source>
        <translation>{number} 应在 {due} 前开始阅片。请开始阅片或转交。</translation>
    </message>
    <message>
        <source>The report of {number} must be signed by {due}.</source>
        <translation>{number} 的报告须在 {due} 前签发。</translation>
    </message>
    <message>
        <source>The report of {number} should have been signed by {due}.</source>
        <translation>{number} 的报告应在 {due} 前签发，已超时。</translation>
    </message>
    <message>
        <source>Your organisation does not allow screens to be shared; a capture device can be.</source>
        <translation>您所在的机构不允许共享屏幕；可以共享采集设备。</translation>
    </message>
    <message>
        <source>The others do not see what you shared any more. Share it again if it is needed.</source>
        <translation>其他人已看不到您共享的内容。如仍需要，请重新共享。</translation>
    </message>
    <message>
        <source>{holder} is being rung for {number}.</source>
        <translation>正在为 {number} 呼叫{holder}。</translation>
    </message>
    <message>
        <source>{number} was assigned to {holder}, who is being rung.</source>
        <translation>{number} 已派给{holder}，正在呼叫。</translation>
    </message>
    <message>
        <source>{number} was taken back from {holder} and waits for an expert again.</source>
        <translation>已从{holder}处收回 {number}，重新等待接诊。</translation>
    </message>
    <message>
        <source>{number} is with the dispatchers now; it rings nobody by itself.</source>
        <translation>{number} 已转由调度处理，不再自动呼叫。</translation>
    </message>
    <message>
        <source>{number} was rejected; the clinic is told.</source>
        <translation>{number} 已退回，并已告知基层机构。</translation>
    </message>
    <message>
        <source>{holder} asks for more about {number}: {what}. Open the case and answer.</source>
        <translation>{holder}要求补充 {number} 的资料：{what}。请打开病例答复。</translation>
    </message>
    <message>
        <source>The clinic answered what you asked for in {number}. What is new is marked.</source>
        <translation>基层已补充 {number} 的资料，新内容已标出。</translation>
    </message>
    <message>
        <source>The clinic was asked about {number}. The clocks stand still until it answers.</source>
        <translation>已要求基层补充 {number} 的资料，答复前时限暂停。</translation>
    </message>
    <message>
        <source>{holder} is being rung for {number}. You keep the case until they accept.</source>
        <translation>正在为 {number} 呼叫{holder}。对方接受之前，病例仍由您负责。</translation>
    </message>
    <message>
        <source>{holder} did not take over {number}: {what}. You still hold the case.</source>
        <translation>{holder}未接受 {number}：{what}。病例仍由您负责。</translation>
    </message>
    <message>
        <source>Nobody answered the hand-over of {number}. You still hold the case.</source>
        <translation>{number} 的转交无人应答，病例仍由您负责。</translation>
    </message>
    <message>
        <source>{holder} has taken over {number}.</source>
        <translation>{holder}已接手 {number}。</translation>
    </message>
    <message>
        <source>{holder} made an appointment for {number}: {when}.</source>
        <translation>{holder}为 {number} 预约了时间：{when}。</translation>
    </message>
    <message>
        <source>It is time for the appointment of {number} ({when}). Open it and call.</source>
        <translation>{number} 的预约时间（{when}）已到，请打开病例并呼叫。</translation>
    </message>
    <message>
        <source>{holder} recorded for {number} that somebody did not come: {what}</source>
        <translation>{holder}记录 {number} 有人未到场：{what}</translation>
    </message>
    <message>
        <source>{number} is suspended. Open it to go on where you were.</source>
        <translation>{number} 已暂停，打开病例即可从原处继续。</translation>
    </message>
    <message>
        <source>{holder} asks to end {number}: {what}. Open the case; agree or refuse.</source>
        <translation>{holder}申请终止 {number}：{what}。请打开病例，同意或拒绝。</translation>
    </message>
    <message>
        <source>{holder} does not agree to end {number}: {what}</source>
        <translation>{holder}不同意终止 {number}：{what}</translation>
    </message>
    <message>
        <source>{number} was ended early by {holder}.</source>
        <translation>{holder}已提前终止 {number}。</translation>
    </message>
    <message>
        <source>You have left the call: its case has gone to somebody else, or is over.</source>
        <translation>您已离开通话：该病例已转给他人或已结束。</translation>
    </message>
    <message>
        <source>The clinic adds late images to {number} ({what}). They are counted above the case.</source>
        <translation>基层正在为 {number} 补传影像（{what}），进度见病例上方。</translation>
    </message>
    <message>
        <source>Late images are on their way, so nothing was signed. Wait for them, or choose “Go on without late images” in the case&apos;s actions.</source>
        <translation>补传影像正在到达，报告未签署。请等待，或在病例操作中选择“不等补传影像，继续”。</translation>
    </message>
    <message>
        <source>{number} takes no more images: its report is signed or it has ended. Nothing was added. Send them with a new case, or ask the expert for an amendment.</source>
        <translation>{number} 不再接收影像：报告已签署或病例已结束，未添加任何影像。请随新病例发送，或请专家修订报告。</translation>
    </message>
    <message>
        <source>{holder} is already on the rota then ({what}, from {since}). Change that entry, or choose another time.</source>
        <translation>{holder}在该时段已有排班（{what}，{since} 起）。请修改原有排班，或另选时间。</translation>
    </message>
    <message>
        <source>The week was copied; this is the new one.</source>
        <translation>已复制该周排班，当前显示的是新的一周。</translation>
    </message>
    <message>
        <source>Mail address and telephone number are saved.</source>
        <translation>邮箱和手机号已保存。</translation>
    </message>
    <message>
        <source>{holder} is on call but could not be told of {number}. Telephone them yourself; the board says why.</source>
        <translation>{holder}正在听班，但未能收到 {number} 的通知。请您直接电话联系；原因见调度看板。</translation>
    </message>
    <message>
        <source>{holder} read back the critical finding of {number}: {what}</source>
        <translation>{holder} 已复述确认 {number} 的危急发现：{what}</translation>
    </message>
    <message>
        <source>{number}: an appointment was missed. {what}</source>
        <translation>{number}：预约未能进行。{what}</translation>
    </message>
    <message>
        <source>Late images may be another patient&apos;s, so nothing was signed. Compare, then choose “The late images belong here” or “Go on without late images” in the case&apos;s actions.</source>
        <translation>补传影像可能属于其他患者，报告未签署。请核对后在病例操作中选择“补传影像属于本例”或“不等补传影像，继续”。</translation>
    </message>
    <message>
        <source>Another expert is being looked for. The second opinion on {number} is a case of its own in the clinic&apos;s list.</source>
        <translation>正在寻找另一位专家。{number} 的第二意见已作为单独病例列入基层的列表。</translation>
    </message>
    <message>
        <source>{holder} asked for a second opinion on {number}: {what}</source>
        <translation>{holder} 为 {number} 申请了第二意见：{what}</translation>
    </message>
    <message>
        <source>The second opinion on {number} is signed. Open the case and compare both reports.</source>
        <translation>{number} 的第二意见已签署。请打开病例对比两份报告。</translation>
    </message>
    <message>
        <source>The experts of the MDT on {number} are being looked for. Each opinion is a case of its own in the clinic&apos;s list.</source>
        <translation>正在为 {number} 寻找多学科会诊专家。每份意见在基层列表中是一个独立病例。</translation>
    </message>
    <message>
        <source>{holder} asked for an MDT on {number}: {what}. You chair it.</source>
        <translation>{holder} 对 {number} 发起了多学科会诊：{what}。由您主持。</translation>
    </message>
    <message>
        <source>All opinions of the MDT on {number} are signed. Open the case to see them.</source>
        <translation>{number} 的多学科会诊意见已全部签署。请打开病例查看。</translation>
    </message>
    <message>
        <source>{holder} goes on with the MDT on {number} without who is missing: {what}</source>
        <translation>{holder} 不再等待 {number} 多学科会诊缺少的意见：{what}</translation>
    </message>
    <message>
        <source>Your opinion on {number} is needed no longer: {what}</source>
        <translation>{number} 不再需要您的意见：{what}</translation>
    </message>
    <message>
        <source>Not all opinions of the MDT are signed, so the minutes were not. Wait for them, or choose “Go on without the missing opinions” in the case&apos;s actions.</source>
        <translation>多学科会诊意见尚未全部签署，纪要未能签署。请等待，或在病例操作中选择“不再等待缺少的意见”。</translation>
    </message>
    <message>
        <source>An opinion of the MDT was signed again meanwhile, so the minutes were not. Read it, then sign.</source>
        <translation>期间有意见重新签署，纪要未能签署。请先阅读再签署。</translation>
    </message>
    <message>
        <source>The signed file of this report has been changed or belongs to another one. It is not used; the text on the screen is verified. Tell IT.</source>
        <translation>该报告的签名文件已被更改或属于另一份报告，不予使用；屏幕上的文字已通过验证。请告知信息科。</translation>
    </message>
    <message>
        <source>No signature certificate was found there. Choose the file (.p12, .pfx) or the library of the token that IT gave you.</source>
        <translation>未找到签名证书。请选择信息科提供的证书文件（.p12、.pfx）或介质驱动库。</translation>
    </message>
    <message>
        <source>The passphrase or PIN of the certificate is not right. Nothing was signed. A token locks itself after a few attempts.</source>
        <translation>证书口令或 PIN 码不正确，未签署任何内容。介质在多次输错后会自动锁定。</translation>
    </message>
    <message>
        <source>The certificate has expired or is not valid yet. Nothing was signed; ask IT for another one.</source>
        <translation>证书已过期或尚未生效，未签署任何内容；请向信息科申请新证书。</translation>
    </message>
    <message>
        <source>The token with your certificate does not answer. Plug it in and try again.</source>
        <translation>证书介质没有响应，请插入后重试。</translation>
    </message>
    <message>
        <source>The time-stamp service does not answer as it should. Nothing was signed; try again or tell IT.</source>
        <translation>时间戳服务未正确响应，未签署任何内容；请重试或告知信息科。</translation>
    </message>
    <message>
        <source>This site signs reports by certificate. Choose yours in the settings first.</source>
        <translation>本站点要求用证书签署报告，请先在设置中选择证书。</translation>
    </message>
    <message>
        <source>The server cannot give the signed file of this report. The text on the screen is verified by itself. Tell IT.</source>
        <translation>服务器无法提供该报告的签名文件。屏幕上的文字已独立通过验证。请告知信息科。</translation>
    </message>
    <message>
        <source>The hospital&apos;s record does not take all of {number}. Open the case: it says why.</source>
        <translation>医院病历未能完整接收 {number}。请打开病例查看原因。</translation>
    </message>
    <message>
        <source>Give the code of your authenticator, too.</source>
        <translation>请同时输入验证器的验证码。</translation>
    </message>
    <message>
        <source>This code is not right, or was used already. Wait for the next one and check that the clock of your phone is right.</source>
        <translation>验证码不正确或已使用过。请等待下一个验证码，并检查手机时间是否准确。</translation>
    </message>
    <message>
        <source>Your role needs a second factor now. Sign out and in again to set it up.</source>
        <translation>您的角色现在需要第二因素。请退出后重新登录并进行设置。</translation>
    </message>
    <message>
        <source>This computer was signed out by you elsewhere, or by who looks after the site. What you wrote is saved.</source>
        <translation>您在其他设备上或站点管理人员将本机退出登录。您书写的内容已保存。</translation>
    </message>
    <message>
        <source>{holder} takes no part in {number} and opened it in an emergency: {what}. Ask security if this is not right.</source>
        <translation>{holder}未参与 {number}，因紧急情况打开了该病例：{what}。如有疑问，请联系安全员。</translation>
    </message>
    <message>
        <source>The time of the emergency access to {number} is over, and the case was closed.</source>
        <translation>对 {number} 的紧急访问时间已到，病例已关闭。</translation>
    </message>
    <message>
        <source>{holder} opened {number} in an emergency: {what}. Find out whether it was one.</source>
        <translation>{holder}因紧急情况打开了 {number}：{what}。请核实是否确属紧急。</translation>
    </message>
    <message>
        <source>No picture is shown that could go into the report. Choose an image series first.</source>
        <translation>当前没有可插入报告的图像，请先选择一个图像序列。</translation>
    </message>
    <message>
        <source>The clock of this computer is {count} min slow. Times shown here follow the server; have the clock set.</source>
        <translation>本机时钟慢了 {count} 分钟。此处显示的时间以服务器为准，请校准本机时钟。</translation>
    </message>
    <message>
        <source>The clock of this computer is {count} min fast. Times shown here follow the server; have the clock set.</source>
        <translation>本机时钟快了 {count} 分钟。此处显示的时间以服务器为准，请校准本机时钟。</translation>
    </message>
    <message>
        <source>Nobody works on {number}: it is suspended at {due} and stays yours. Touch a key or the mouse to go on.</source>
        <translation>{number} 无人操作：将于 {due} 挂起，仍归您所有。按任意键或移动鼠标即可继续。</translation>
    </message>
    <message>
        <source>This is not the patient&apos;s date of birth. Check it and try again.</source>
        <translation>这不是患者的出生日期。请核对后再试。</translation>
    </message>
    <message>
        <source>Reports of this department need a second signature. Ask for the review in the case actions, and sign when the draft is approved.</source>
        <translation>该科室的报告需要审核医师二次签署。请在病例操作中提交审核，审核通过后再签署。</translation>
    </message>
    <message>
        <source>This account works only at computers with a certificate of the site. Choose the file that hospital IT has given for this computer.</source>
        <translation>此账号只能在持有本站点证书的电脑上使用。请选择医院信息科为本机提供的证书文件。</translation>
    </message>
    <message>
        <source>The certificate of this computer is another institution&apos;s. Work at a computer of your own, or choose its certificate.</source>
        <translation>本机证书属于其他机构。请在本机构的电脑上使用，或选择本机构的证书。</translation>
    </message>
    <message>
        <source>The server does not take the certificate of this computer: it is out of date, withdrawn, or another site&apos;s. Ask hospital IT for a new one.</source>
        <translation>服务器不接受本机证书：证书已过期、已吊销或属于其他站点。请向医院信息科领取新证书。</translation>
    </message>
    <message>
        <source>No certificate with its key can be read there with this passphrase. Choose the file and type the passphrase that came with it.</source>
        <translation>用此口令无法从该文件读出证书和私钥。请选择正确的文件，并输入随附的口令。</translation>
    </message>
    <message>
        <source>The certificate is kept. It is shown from the next sign-in on.</source>
        <translation>证书已保存，下次登录起使用。</translation>
    </message>
    <message>
        <source>The case is kept for another expert, whom it rings or will ring. It is open to you when it rings you, or when they do not take it and the department lets everybody take cases.</source>
        <translation>该病例留给另一位专家（正在或即将呼叫）。当它呼叫您，或对方未接且本科室允许自由接诊时，您可以接诊。</translation>
    </message>
    <message>
        <source>Another case of this department is before it in the queue. Take that one, or pass it over with a reason; the list shows it after F5.</source>
        <translation>本科室队列中还有病例排在它前面。请先接那一例，或说明理由跳过；按 F5 后列表会显示。</translation>
    </message>
    <message>
        <source>The agreement between the two houses of {number} has ended. This case goes on; new ones need another agreement.</source>
        <translation>{number} 双方机构的协议已到期。此病例继续进行；新病例需要新的协议。</translation>
    </message>
    <message>
        <source>{holder} could not be told of the critical finding in {number} by mail or text message. Telephone them; the board says why.</source>
        <translation>未能通过邮件或短信将 {number} 的危急值告知 {holder}。请打电话；原因见调度看板。</translation>
    </message>
    <message>
        <source>It is not here, or no longer yours to see. Read the list again (F5).</source>
        <translation>内容不存在，或您已无权查看。请重新读取列表（F5）。</translation>
    </message>
    <message>
        <source>What the server keeps of this is damaged, and nothing of it is shown. Tell hospital IT: it can be restored from a backup.</source>
        <translation>服务器上的这份数据已损坏，不予显示。请联系医院信息科：可从备份恢复。</translation>
    </message>
    <message>
        <source>The certificate that hospital IT has set up for this computer cannot be read. Only hospital IT can mend that: tell them so, then sign in again.</source>
        <translation>无法读取医院信息科为本机配置的证书。只有医院信息科能够解决：请告知他们，然后重新登录。</translation>
    </message>
    <message>
        <source>The draft was written on since you read it, so nothing was approved. Its newest words are on the screen: read them, then approve or return them.</source>
        <translation>您阅读之后草稿又有改动，因此未予通过。最新内容已显示在屏幕上：请阅读后再通过或退回。</translation>
    </message>
    <message>
        <source>Dispatchers say who takes the cases of this department. It rings you when they choose you; you need not do anything.</source>
        <translation>本科室的病例由调度员指派专家。选中您时会响铃，您无需操作。</translation>
    </message>
    <message>
        <source>You have gone on with this case in another window or on another computer, so it is written there now and not here. Your text is kept on this computer.</source>
        <translation>您已在另一个窗口或另一台电脑上继续处理此病例，现由那里书写，本机不再写入。您写的内容保留在本机。</translation>
    </message>
    <message>
        <source>{holder} has the report of {number}.</source>
        <translation>{number} 的报告已存入{holder}。</translation>
    </message>
    <message>
        <source>{holder} has not taken the report of {number} yet; it is kept here and sent again by itself. {problem}</source>
        <translation>{holder}尚未收下 {number} 的报告；报告保存在本机，会自动重新发送。{problem}</translation>
    </message>
    <message>
        <source>The report of {number} could not be prepared for {holder}. Open its paper and send it from there.</source>
        <translation>{number} 的报告未能为{holder}准备好。请打开报告并从中发送。</translation>
    </message>
    <message>
        <source>Your export is noted in memory only: stay signed in until it is sent.</source>
        <translation>本次导出仅记在内存中：请保持登录，直到上报完成。</translation>
    </message>
    <message>
        <source>Nothing was done: the program sent this under the number of something it did before. Try again; it goes out under a new number.</source>
        <translation>没有执行：程序用以前某次操作的编号发出了这次请求。请再做一次，会用新的编号发出。</translation>
    </message>
</context>
<context>
    <name>notifications</name>
    <message>
        <source>Cases that rang</source>
        <translation>派单</translation>
    </message>
    <message>
        <source>Critical findings</source>
        <translation>危急值</translation>
    </message>
    <message>
        <source>Clocks</source>
        <translation>时限</translation>
    </message>
    <message>
        <source>Hand-overs and returns</source>
        <translation>转交与退回</translation>
    </message>
    <message>
        <source>Questions, answers, images</source>
        <translation>补充资料与影像</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>通话</translation>
    </message>
    <message>
        <source>Appointments</source>
        <translation>预约</translation>
    </message>
    <message>
        <source>Second opinions and MDTs</source>
        <translation>第二意见与多学科会诊</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>What became of cases</source>
        <translation>病例动态</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>A case rings you until {due}</source>
        <translation>有病例派给您，请在 {due} 前应答</translation>
    </message>
    <message>
        <source>A case rang you and was not answered</source>
        <translation>派给您的病例未应答</translation>
    </message>
    <message>
        <source>{clock} ends at {due}</source>
        <translation>{clock}将于 {due} 到</translation>
    </message>
    <message>
        <source>{clock} ran out at {due}</source>
        <translation>{clock}已于 {due} 超时</translation>
    </message>
    <message>
        <source>{by} is on call and could not be told: ring them</source>
        <translation>{by} 在听班，但未能通知到：请打电话</translation>
    </message>
    <message>
        <source>The case waits for an expert again (given back by {by})</source>
        <translation>病例重新等待专家（{by} 退回）</translation>
    </message>
    <message>
        <source>You hold the case no longer (taken back by {by})</source>
        <translation>您不再持有此病例（{by} 收回）</translation>
    </message>
    <message>
        <source>{by} has taken the case over from you</source>
        <translation>{by} 已接过您转交的病例</translation>
    </message>
    <message>
        <source>{by} did not take the case over: you still hold it</source>
        <translation>{by} 没有接手：病例仍由您负责</translation>
    </message>
    <message>
        <source>Nobody answered the hand-over: you still hold the case</source>
        <translation>转交无人应答：病例仍由您负责</translation>
    </message>
    <message>
        <source>{by} has taken the case</source>
        <translation>{by} 已接诊</translation>
    </message>
    <message>
        <source>The case is with the dispatchers</source>
        <translation>病例已交会诊中心调度</translation>
    </message>
    <message>
        <source>The case was suspended and stays yours</source>
        <translation>病例已挂起，仍由您负责</translation>
    </message>
    <message>
        <source>{by} asks to end the case early</source>
        <translation>{by} 请求提前结束病例</translation>
    </message>
    <message>
        <source>{by} goes on with the case</source>
        <translation>{by} 不同意结束，继续会诊</translation>
    </message>
    <message>
        <source>The case was ended by {by}</source>
        <translation>病例已由 {by} 结束</translation>
    </message>
    <message>
        <source>{by} opened the case in an emergency</source>
        <translation>{by} 以紧急访问打开了病例</translation>
    </message>
    <message>
        <source>{by} asks for more information</source>
        <translation>{by} 要求补充资料</translation>
    </message>
    <message>
        <source>The clinic answered what was asked</source>
        <translation>基层已补充资料</translation>
    </message>
    <message>
        <source>The clinic adds late images</source>
        <translation>基层正在补传影像</translation>
    </message>
    <message>
        <source>{by} waits in the call</source>
        <translation>{by} 在通话中等候</translation>
    </message>
    <message>
        <source>A call was over before you came</source>
        <translation>通话在您加入前已结束</translation>
    </message>
    <message>
        <source>Appointment made by {by}: {due}</source>
        <translation>{by} 预约了时间：{due}</translation>
    </message>
    <message>
        <source>Somebody was absent from the appointment</source>
        <translation>预约有人缺席</translation>
    </message>
    <message>
        <source>Critical finding by {by}: read it and read it back</source>
        <translation>{by} 报告危急值：请阅读并复述确认</translation>
    </message>
    <message>
        <source>The critical finding was read back by {by}</source>
        <translation>危急值已由 {by} 复述确认</translation>
    </message>
    <message>
        <source>Nobody has read the critical finding back: ring the clinic</source>
        <translation>危急值无人复述确认：请致电基层</translation>
    </message>
    <message>
        <source>{by} asked for a second opinion</source>
        <translation>{by} 申请了第二意见</translation>
    </message>
    <message>
        <source>The second opinion is signed</source>
        <translation>第二意见已签署</translation>
    </message>
    <message>
        <source>{by} asked for an MDT</source>
        <translation>{by} 申请了多学科会诊</translation>
    </message>
    <message>
        <source>All opinions of the MDT are signed</source>
        <translation>多学科会诊的意见已全部签署</translation>
    </message>
    <message>
        <source>{by} goes on with the MDT as it is</source>
        <translation>{by} 不再等待，继续多学科会诊</translation>
    </message>
    <message>
        <source>Your opinion is needed no longer</source>
        <translation>不再需要您的意见</translation>
    </message>
    <message>
        <source>{by} has signed the report</source>
        <translation>{by} 已签署报告</translation>
    </message>
    <message>
        <source>{by} received the report and decided</source>
        <translation>{by} 已接收报告并作出决定</translation>
    </message>
    <message>
        <source>{by} asks for the review of a report</source>
        <translation>{by} 请求审核报告</translation>
    </message>
    <message>
        <source>{by} returned the report from review</source>
        <translation>{by} 退回了送审报告</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>事项</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Urgency</source>
        <translation>紧急程度</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>● Unread</source>
        <translation>● 未读</translation>
    </message>
    <message>
        <source>the system</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>已读</translation>
    </message>
    <message>
        <source>The time to take the case</source>
        <translation>接诊时限</translation>
    </message>
    <message>
        <source>The time to begin</source>
        <translation>开始时限</translation>
    </message>
    <message>
        <source>The time for the report</source>
        <translation>报告时限</translation>
    </message>
    <message>
        <source>Nobody works on the case; its time</source>
        <translation>病例无人处理，时限</translation>
    </message>
    <message>
        <source>The time to read the finding back</source>
        <translation>危急值确认时限</translation>
    </message>
    <message>
        <source>The agreement of the two houses has ended; this case goes on</source>
        <translation>双方机构协议已到期；此病例继续进行</translation>
    </message>
    <message>
        <source>{by} could not be told of the critical finding by mail or text message: ring them</source>
        <translation>未能通过邮件或短信将危急值告知 {by}：请打电话</translation>
    </message>
    <message>
        <source>A guest</source>
        <translation>一位来宾</translation>
    </message>
    <message>
        <source>{by} approved the report: it can be signed</source>
        <translation>{by} 已审核通过报告：可以签发</translation>
    </message>
</context>
<context>
    <name>numbers</name>
    <message>
        <source>Write {whole} without commas.</source>
        <translation>请不带逗号写成 {whole}。</translation>
    </message>
    <message>
        <source>{whole} or {point}? Write it without a comma.</source>
        <translation>是 {whole} 还是 {point}？请不要用逗号书写。</translation>
    </message>
</context>
<context>
    <name>pacs</name>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>患者编号</translation>
    </message>
    <message>
        <source>Born</source>
        <translation>出生日期</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>检查日期</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>检查描述</translation>
    </message>
    <message>
        <source>Accession no.</source>
        <translation>检查号</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>影像数</translation>
    </message>
    <message>
        <source>There are more: narrow the search.</source>
        <translation>还有更多结果，请缩小检索范围。</translation>
    </message>
    <message>
        <source>{n} answers of the archive named no study and are not shown.</source>
        <translation>归档系统有 {n} 条应答未注明检查，未予显示。</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} 幅影像</translation>
    </message>
    <message>
        <source>{n} of {total} images</source>
        <translation>{n} / {total} 幅影像</translation>
    </message>
    <message>
        <source>Complete: {n} images are in the inbox</source>
        <translation>完整：{n} 幅影像已在收件箱</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Incomplete: the archive did not deliver all. What came can be used and is marked; fetch it again for the rest.</source>
        <translation>不完整：归档系统未发来全部影像。已收到的可以使用并有标记；请重新调取以补齐。</translation>
    </message>
    <message>
        <source>The archive does not say how many there should be.</source>
        <translation>归档系统未说明应有多少幅影像。</translation>
    </message>
    <message>
        <source>Studies found: {n}</source>
        <translation>检索到 {n} 个检查</translation>
    </message>
    <message>
        <source>Nothing was found under these Chinese characters. Not every archive matches them: search by pinyin or by ID.</source>
        <translation>按汉字没有查到。有的影像归档不支持汉字匹配：请改用拼音或患者编号查询。</translation>
    </message>
    <message>
        <source>Nothing was found under these Chinese characters. Not every archive matches them: search by pinyin, “{pinyin}”.</source>
        <translation>按汉字没有查到。有的影像归档不支持汉字匹配：请改用拼音“{pinyin}”查询。</translation>
    </message>
    <message>
        <source>No archive of the settings has this study.</source>
        <translation>设置中的各归档系统都没有此检查。</translation>
    </message>
    <message>
        <source>The other archives do not have this study.</source>
        <translation>其他归档系统没有此检查。</translation>
    </message>
    <message>
        <source>Found in {archive}</source>
        <translation>在“{archive}”中找到</translation>
    </message>
    <message>
        <source>{n} archives are being asked for this study…</source>
        <translation>正在向 {n} 个归档系统查询此检查…</translation>
    </message>
</context>
<context>
    <name>paper</name>
    <message>
        <source>Print at 100 %, without fitting to the page.</source>
        <translation>请按 100% 打印，不要缩放以适合纸张。</translation>
    </message>
    <message>
        <source>No true size: the picture is not calibrated</source>
        <translation>无法按真实尺寸打印：图像未校准</translation>
    </message>
    <message>
        <source>Only a part fits on the paper</source>
        <translation>纸张仅容下图像的一部分</translation>
    </message>
    <message>
        <source>True size 1:1</source>
        <translation>真实尺寸 1:1</translation>
    </message>
    <message>
        <source>Printed by {name} at {time}</source>
        <translation>打印者：{name}&#x3000;打印时间：{time}</translation>
    </message>
    <message>
        <source>Printed at {time}</source>
        <translation>打印时间：{time}</translation>
    </message>
    <message>
        <source>Page {n} of {count}</source>
        <translation>第 {n} 页，共 {count} 页</translation>
    </message>
</context>
<context>
    <name>passwords</name>
    <message>
        <source>At least {n} characters.</source>
        <translation>至少 {n} 个字符。</translation>
    </message>
    <message>
        <source>Not the user name: everybody tries that first.</source>
        <translation>不能用用户名：别人最先试的就是它。</translation>
    </message>
    <message>
        <source>Too easy: everybody tries that first. A short sentence is best.</source>
        <translation>太容易猜：别人最先试的就是它。最好用一个短句。</translation>
    </message>
</context>
<context>
    <name>patient</name>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>other sex</source>
        <translation>其他性别</translation>
    </message>
    <message>
        <source>born {date}</source>
        <translation>{date} 出生</translation>
    </message>
</context>
<context>
    <name>presence</name>
    <message>
        <source>Until {time}</source>
        <translation>暂停至 {time}</translation>
    </message>
</context>
<context>
    <name>preview</name>
    <message>
        <source>{n} photographs or documents stay: they can only be added to a case.</source>
        <translation>{n} 份照片或文档未收取：只能直接添加到会诊。</translation>
    </message>
    <message>
        <source>{n} photographs or documents go with the case as the patient&apos;s.</source>
        <translation>{n} 份照片或文档将作为本患者资料附到会诊。</translation>
    </message>
    <message>
        <source>The case is of {name}. Pictures of another patient are not chosen.</source>
        <translation>本会诊的患者是{name}，其他患者的影像默认不选。</translation>
    </message>
    <message>
        <source>There are pictures of several patients: choose whose.</source>
        <translation>其中有多名患者的影像，请选择所需患者。</translation>
    </message>
    <message>
        <source>Not taken ({n}):</source>
        <translation>未收取（{n}）：</translation>
    </message>
    <message>
        <source>… and {n} more</source>
        <translation>… 另有 {n} 个</translation>
    </message>
    <message>
        <source>One study has pictures of several patients. Choose only those of this patient, and tell the department that made them.</source>
        <translation>同一检查中含有多名患者的影像。请只选择该患者的影像，并告知拍摄科室。</translation>
    </message>
    <message>
        <source>Some images name no patient: are they of {name}? Choose them only if you know it.</source>
        <translation>部分影像未注明患者：是否属于{name}？请仅在确认后选择。</translation>
    </message>
    <message>
        <source>1 photograph or document stays: it can only be added to a case.</source>
        <translation>1 张照片或文档不会收入：只能添加到病例中。</translation>
    </message>
    <message>
        <source>1 photograph or document goes with the case as the patient&apos;s.</source>
        <translation>1 张照片或文档将作为该患者的资料随病例发送。</translation>
    </message>
    <message>
        <source>These images name several patients: {names}. All of them would go with one case. Are they all of its patient?</source>
        <translation>这些影像写有多位患者：{names}。它们将全部随同一份会诊发出。是否都属于该会诊的患者？</translation>
    </message>
</context>
<context>
    <name>queue</name>
    <message>
        <source>Patient not entered yet</source>
        <translation>尚未填写患者</translation>
    </message>
    <message>
        <source>{time} overdue</source>
        <translation>超时 {time}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message>
        <source>for {time}</source>
        <translation>已用时 {time}</translation>
    </message>
    <message>
        <source>Urgency</source>
        <translation>紧急程度</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>With</source>
        <translation>对方</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时限</translation>
    </message>
    <message>
        <source>Images: {n}</source>
        <translation>影像 {n} 幅</translation>
    </message>
    <message>
        <source>begin</source>
        <translation>开始阅片</translation>
    </message>
    <message>
        <source>report</source>
        <translation>签发报告</translation>
    </message>
    <message>
        <source>{what}: {time} overdue</source>
        <translation>{what}：已超时 {time}</translation>
    </message>
    <message>
        <source>{what}: {time} left</source>
        <translation>{what}：剩余 {time}</translation>
    </message>
    <message>
        <source>Outside your diseases: it has waited long</source>
        <translation>不在您的病种范围内：该病例等待已久</translation>
    </message>
    <message>
        <source>read back</source>
        <translation>复述确认</translation>
    </message>
    <message>
        <source>Waits again: no-show</source>
        <translation>爽约，重新候诊</translation>
    </message>
    <message>
        <source>Second opinion</source>
        <translation>第二意见</translation>
    </message>
    <message>
        <source>Opinion for an MDT</source>
        <translation>多学科会诊意见</translation>
    </message>
    <message>
        <source>MDT</source>
        <translation>多学科会诊</translation>
    </message>
</context>
<context>
    <name>recording</name>
    <message>
        <source>? Recording: your answer</source>
        <translation>？录制：请答复</translation>
    </message>
    <message>
        <source>… Recording: asking</source>
        <translation>… 录制：正在征求同意</translation>
    </message>
    <message>
        <source>● Recording</source>
        <translation>● 正在录制</translation>
    </message>
    <message>
        <source>‖ Recording paused</source>
        <translation>‖ 录制已暂停</translation>
    </message>
    <message>
        <source>{name} asks; nothing is recorded before all agree.</source>
        <translation>{name}提出录制；所有人同意之前不会录制。</translation>
    </message>
    <message>
        <source>Everybody has agreed.</source>
        <translation>所有参加者均已同意。</translation>
    </message>
    <message>
        <source>Waiting for the answer of {names}</source>
        <translation>正在等待{names}答复</translation>
    </message>
    <message>
        <source>Somebody’s line to the server is broken.</source>
        <translation>有参加者与服务器的连接中断。</translation>
    </message>
    <message>
        <source>The recording was refused.</source>
        <translation>录制未获同意。</translation>
    </message>
    <message>
        <source>Consent was withdrawn: the recording has ended.</source>
        <translation>有人撤回同意，录制已结束。</translation>
    </message>
    <message>
        <source>The recording has ended: it could not be written.</source>
        <translation>录制已结束：无法写入。</translation>
    </message>
    <message>
        <source>The recording has ended.</source>
        <translation>录制已结束。</translation>
    </message>
    <message>
        <source>May this call be recorded?</source>
        <translation>是否同意录制本次通话？</translation>
    </message>
    <message>
        <source>{name} asks to record this call.</source>
        <translation>{name}提出录制本次通话。</translation>
    </message>
    <message>
        <source>Ask to record this call?</source>
        <translation>是否征求同意，录制本次通话？</translation>
    </message>
    <message>
        <source>Everybody in the call is asked, and everybody who joins later. You agree by asking.</source>
        <translation>将征求通话中每一位参加者的同意，之后加入的人也会被询问。您提出录制即表示您本人同意。</translation>
    </message>
    <message>
        <source>What for: the recording documents this consultation, so that its two doctors can look again at what was said and shown. It serves nothing else.</source>
        <translation>目的：录制用于记录本次会诊，供双方医生回看会诊中的内容，不作其他用途。</translation>
    </message>
    <message>
        <source>What: sound and picture of everybody who takes part, kept encrypted. Only the requesting doctor and the expert of this case can play it, and each playing is logged. It is never given away as a file.</source>
        <translation>内容：所有参加者的声音和画面，加密保存。只有本次会诊的基层医生和专家可以播放，每次播放均有记录；不会以文件形式外传。</translation>
    </message>
    <message>
        <source>How long: {days} days after the call, then it is deleted. You may have it deleted earlier by asking the consultation centre.</source>
        <translation>期限：通话结束后保存 {days} 天，到期删除。您也可以向会诊中心提出提前删除。</translation>
    </message>
    <message>
        <source>Nothing is recorded before everybody has agreed. Saying no has no disadvantage for the treatment, and the others only learn that it was refused. You may withdraw at any time: the recording then stops at once.</source>
        <translation>所有人同意之前不会录制。不同意不影响诊疗，其他人只会得知未获同意。您可以随时撤回同意，录制将立即停止。</translation>
    </message>
</context>
<context>
    <name>recordings</name>
    <message>
        <source>Recordings are played after the call.</source>
        <translation>通话结束后才能播放录像。</translation>
    </message>
    <message>
        <source>A recording is being sent: {part} of {whole} pieces</source>
        <translation>正在上传录像：{part} / {whole} 段</translation>
    </message>
    <message>
        <source>A recording on this computer waits to be sent.</source>
        <translation>本机有录像等待上传。</translation>
    </message>
    <message>
        <source>With {names}</source>
        <translation>参加者：{names}</translation>
    </message>
    <message>
        <source>Asked for by {name}</source>
        <translation>录制发起人：{name}</translation>
    </message>
    <message>
        <source>Kept until {time}</source>
        <translation>保存至 {time}</translation>
    </message>
    <message>
        <source>Not all of it has arrived yet.</source>
        <translation>尚未全部上传。</translation>
    </message>
    <message>
        <source>The end of the recording.</source>
        <translation>录像已播放完毕。</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>Recording of {time}</source>
        <translation>{time} 的录像</translation>
    </message>
</context>
<context>
    <name>report_copy</name>
    <message>
        <source>Given on {day}</source>
        <translation>{day} 提供</translation>
    </message>
    <message>
        <source>not read yet</source>
        <translation>尚未查看</translation>
    </message>
    <message>
        <source>read {n} times, last {time}</source>
        <translation>查看 {n} 次，最近 {time}</translation>
    </message>
    <message>
        <source>opens until {time}</source>
        <translation>有效期至 {time}</translation>
    </message>
    <message>
        <source>has run out</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>locked: the date of birth was wrong too often</source>
        <translation>已锁定：出生日期输错次数过多</translation>
    </message>
</context>
<context>
    <name>report_print</name>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Born</source>
        <translation>出生日期</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Requested by</source>
        <translation>申请方</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Consultation report</source>
        <translation>会诊报告单</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>影像所见</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>诊断意见</translation>
    </message>
    <message>
        <source>Diagnosis codes</source>
        <translation>诊断编码</translation>
    </message>
    <message>
        <source>Recommendation</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Signed by {name} ({institution}) on {time}</source>
        <translation>签署：{name}（{institution}），{time}</translation>
    </message>
    <message>
        <source>This is an advice to the treating doctor, who decides on the treatment.</source>
        <translation>本意见供接诊医师参考，诊疗决定由接诊医师作出。</translation>
    </message>
    <message>
        <source>Minutes of the multidisciplinary consultation</source>
        <translation>多学科会诊纪要</translation>
    </message>
    <message>
        <source>Version {n}</source>
        <translation>第 {n} 版</translation>
    </message>
    <message>
        <source>Page {n} of {count}</source>
        <translation>第 {n} 页，共 {count} 页</translation>
    </message>
    <message>
        <source>DRAFT, NOT SIGNED</source>
        <translation>草稿 未签名</translation>
    </message>
    <message>
        <source>Ed25519 signature {signature} · key {key}</source>
        <translation>Ed25519 签名 {signature} · 公钥 {key}</translation>
    </message>
    <message>
        <source>SHA-256 of what is signed: {digest}</source>
        <translation>签署内容的 SHA-256：{digest}</translation>
    </message>
    <message>
        <source>This file carries a signature by the certificate of {who}</source>
        <translation>本文件带有{who}的证书签名</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Picture {n}</source>
        <translation>图 {n}</translation>
    </message>
    <message>
        <source>This picture cannot be had any more.</source>
        <translation>此图像已无法取得。</translation>
    </message>
    <message>
        <source>Patient&apos;s number</source>
        <translation>患者编号</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>Version {n}: it replaces version {before}.</source>
        <translation>第 {n} 版，替代第 {before} 版。</translation>
    </message>
    <message>
        <source>Examination</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Measured and graded</source>
        <translation>测量与分级</translation>
    </message>
    <message>
        <source>Reviewed and approved by {name} ({institution}) on {time}</source>
        <translation>审核：{name}（{institution}），{time}</translation>
    </message>
    <message>
        <source>The expert calls this report critical: read the impression.</source>
        <translation>专家将本报告标记为危急：请阅读诊断意见。</translation>
    </message>
    <message>
        <source>Act on it now: tell the doctor who treats the patient by voice, then read it back in the case in your own words.</source>
        <translation>请立即处理：当面或电话告知主治医师，然后在病例中用自己的话复述确认。</translation>
    </message>
    <message>
        <source>CRITICAL FINDING</source>
        <translation>危急发现</translation>
    </message>
    <message>
        <source>Not read back when this was laid out; due {due}.</source>
        <translation>生成本页时尚未复述确认；时限 {due}。</translation>
    </message>
    <message>
        <source>Read back {when} by {who}: “{words}”</source>
        <translation>{who} 于 {when} 复述确认：“{words}”</translation>
    </message>
    <message>
        <source>Told: {told}</source>
        <translation>已告知：{told}</translation>
    </message>
    <message>
        <source>Ed25519 co-signature {signature} · key {key}</source>
        <translation>Ed25519 审核签名 {signature} · 公钥 {key}</translation>
    </message>
    <message>
        <source>Reviewed and signed by {name} ({institution}) on {time}</source>
        <translation>审核签署：{name}（{institution}），{time}</translation>
    </message>
</context>
<context>
    <name>rota</name>
    <message>
        <source>Mon</source>
        <translation>周一</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>周二</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>周三</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>周四</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>周五</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>周六</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>周日</translation>
    </message>
    <message>
        <source>Mo</source>
        <translation>一</translation>
    </message>
    <message>
        <source>Tu</source>
        <translation>二</translation>
    </message>
    <message>
        <source>We</source>
        <translation>三</translation>
    </message>
    <message>
        <source>Th</source>
        <translation>四</translation>
    </message>
    <message>
        <source>Fr</source>
        <translation>五</translation>
    </message>
    <message>
        <source>Sa</source>
        <translation>六</translation>
    </message>
    <message>
        <source>Su</source>
        <translation>日</translation>
    </message>
    <message>
        <source>Always on shift</source>
        <translation>始终在班</translation>
    </message>
    <message>
        <source>every week</source>
        <translation>每周重复</translation>
    </message>
    <message>
        <source>{time}: no shift planned, nobody on call</source>
        <translation>{time}：未排班，也无人听班</translation>
    </message>
    <message>
        <source>{time}: on call only</source>
        <translation>{time}：仅有听班</translation>
    </message>
    <message>
        <source>No rota yet: everybody counts as on shift</source>
        <translation>尚未排班：所有专家视为始终在班</translation>
    </message>
    <message>
        <source>Every hour is planned</source>
        <translation>全部时段均已排班或听班</translation>
    </message>
    <message>
        <source>{n} h without shift or call</source>
        <translation>{n} 小时无人在班或听班</translation>
    </message>
</context>
<context>
    <name>second_factor</name>
    <message>
        <source>In force since {when}. Recovery codes that are left: {count}.</source>
        <translation>自{when}起启用。剩余恢复码：{count}个。</translation>
    </message>
    <message>
        <source>Your role needs one: set it up now.</source>
        <translation>您的角色需要第二因素，请立即设置。</translation>
    </message>
    <message>
        <source>Not set up. With it nobody who learns your password can sign in as you.</source>
        <translation>尚未设置。设置后，即使他人得知您的密码也无法以您的身份登录。</translation>
    </message>
</context>
<context>
    <name>service_lines</name>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>How its cases find an expert</source>
        <translation>病例如何找到专家</translation>
    </message>
    <message>
        <source>Critical: every expert of the department is rung at once.</source>
        <translation>危急：立即同时呼叫本科室所有专家。</translation>
    </message>
    <message>
        <source>The best expert of the department is rung; others may take the case first.</source>
        <translation>呼叫本科室最合适的专家；其他专家也可先接诊。</translation>
    </message>
    <message>
        <source>Name the expert: only they are rung. Unanswered, or without a name, the case waits until somebody takes it.</source>
        <translation>请指定专家：只呼叫该专家。未应答或未指定时，病例在池中等待专家接诊。</translation>
    </message>
    <message>
        <source>Nobody is rung: experts take the cases of this department in their order.</source>
        <translation>不呼叫专家：本科室专家按队列顺序抢单。</translation>
    </message>
    <message>
        <source>Experts are rung one after the other until one takes the case.</source>
        <translation>逐一呼叫专家，直到有人接诊。</translation>
    </message>
    <message>
        <source>Your institution has no agreement in force with a hospital of this department: nobody there can take the case. Choose another department, or ask your administrator.</source>
        <translation>贵机构与设有该科室的医院之间没有生效的协议，该科室无人可接诊。请改选科室，或联系管理员。</translation>
    </message>
</context>
<context>
    <name>sessions</name>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>登录时间</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>最近使用</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Uploads in the background</source>
        <translation>后台上传</translation>
    </message>
    <message>
        <source>{device} (this computer)</source>
        <translation>{device}（本机）</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>在线</translation>
    </message>
</context>
<context>
    <name>sharing</name>
    <message>
        <source>Screen of {name}</source>
        <translation>{name}的屏幕</translation>
    </message>
    <message>
        <source>Window of {name}</source>
        <translation>{name}的窗口</translation>
    </message>
    <message>
        <source>{device} of {name}</source>
        <translation>{name}的{device}</translation>
    </message>
    <message>
        <source>Device of {name}</source>
        <translation>{name}的设备画面</translation>
    </message>
    <message>
        <source>Whole screen</source>
        <translation>整个屏幕</translation>
    </message>
    <message>
        <source>Screen {n}</source>
        <translation>屏幕 {n}</translation>
    </message>
    <message>
        <source>Window {n}</source>
        <translation>窗口 {n}</translation>
    </message>
    <message>
        <source>Generated page</source>
        <translation>生成的测试页面</translation>
    </message>
    <message>
        <source>{name} (shows your face)</source>
        <translation>{name}（正在拍摄您的画面）</translation>
    </message>
    <message>
        <source>No picture comes from it: it was closed or unplugged, or another program uses it. Choose it again, or another.</source>
        <translation>没有画面：可能已被关闭、拔出，或正被其他程序占用。请重新选择，或换一个。</translation>
    </message>
    <message>
        <source>Your organisation does not allow screens to be shared; a device can be.</source>
        <translation>您所在的机构不允许共享屏幕；可以共享设备。</translation>
    </message>
    <message>
        <source>This desktop session (Wayland) does not let programs see the screen. Sign in with an X11 session to share screens; a capture device can be shared now.</source>
        <translation>当前桌面会话（Wayland）不允许程序读取屏幕。如需共享屏幕，请改用 X11 会话登录；采集设备现在就可以共享。</translation>
    </message>
    <message>
        <source>This computer has no screen that could be shared.</source>
        <translation>这台电脑没有可以共享的屏幕。</translation>
    </message>
    <message>
        <source>The system does not let this program see the screen: allow screen recording in the system&apos;s privacy settings, then try again.</source>
        <translation>系统不允许本程序读取屏幕：请在系统的隐私设置中允许屏幕录制，然后重试。</translation>
    </message>
    <message>
        <source>The screen gives no picture. Choose it again; if that does not help, share another screen or window, or tell hospital IT.</source>
        <translation>取不到屏幕画面。请重新选择；如仍不行，请共享另一个屏幕或窗口，或联系医院信息科。</translation>
    </message>
    <message>
        <source>Choose what the others in the call are to see, and look at it first.</source>
        <translation>请选择要让通话中其他人看到的内容，并先在这里确认画面。</translation>
    </message>
    <message>
        <source>The others see everything on this screen, other patients and messages too, until you stop. Close what does not belong to this consultation.</source>
        <translation>在您停止之前，其他人会看到此屏幕上的全部内容，包括其他患者的信息和消息。请先关闭与本次会诊无关的内容。</translation>
    </message>
    <message>
        <source>The others see everything in this window, other patients too, until you stop.</source>
        <translation>在您停止之前，其他人会看到此窗口中的全部内容，包括其他患者的信息。</translation>
    </message>
    <message>
        <source>The others see the device&apos;s picture as it is, with names that stand in it.</source>
        <translation>其他人会看到设备的原始画面，包括画面中显示的姓名。</translation>
    </message>
    <message>
        <source>You are sharing your screen</source>
        <translation>您正在共享屏幕</translation>
    </message>
    <message>
        <source>You are sharing a window</source>
        <translation>您正在共享一个窗口</translation>
    </message>
    <message>
        <source>You are sharing {device}</source>
        <translation>您正在共享{device}</translation>
    </message>
</context>
<context>
    <name>shortfall</name>
    <message>
        <source>⚠ incomplete: {there} of {total} images, {n} are missing</source>
        <translation>⚠ 不完整：共 {total} 幅，现有 {there} 幅，缺 {n} 幅</translation>
    </message>
    <message>
        <source>the clinic goes on without {n} that the server refused</source>
        <translation>基层医院未送服务器拒收的 {n} 幅</translation>
    </message>
    <message>
        <source>⚠ the device was still sending when they were added</source>
        <translation>⚠ 加入病例时设备仍在发送</translation>
    </message>
    <message>
        <source>Not all images of this case are with it. Its expert and its timeline are told so:</source>
        <translation>本病例的影像不全。提交后会告知专家，并记入病例时间线：</translation>
    </message>
    <message>
        <source>The server refused {refused}; {left} can go. What was refused is not with the case then, and the expert is told how many are missing.</source>
        <translation>服务器拒收 {refused}，另有 {left} 可以送出。被拒收的影像将不随病例送出，专家会看到缺少的数量。</translation>
    </message>
    <message>
        <source>{n} could not be read where they came from</source>
        <translation>{n} 幅影像在来源处无法读取</translation>
    </message>
    <message>
        <source>⚠ {n} files that came with them could not be read</source>
        <translation>⚠ 同来的 {n} 个文件无法读取</translation>
    </message>
    <message>
        <source>⚠ it broke off as they came: perhaps not all images</source>
        <translation>⚠ 传输曾中断：影像可能不全</translation>
    </message>
</context>
<context>
    <name>sign_in</name>
    <message>
        <source>You are signed out. This computer goes on sending {images}.</source>
        <translation>您已退出登录。本机将继续发送 {images}。</translation>
    </message>
</context>
<context>
    <name>status</name>
    <message>
        <source>All {n} images verified by the server</source>
        <translation>{n} 幅图像已全部由服务器核验</translation>
    </message>
    <message>
        <source>{done} of {total} images</source>
        <translation>{done} / {total} 幅图像</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>No network since {time}</source>
        <translation>{time} 起无网络</translation>
    </message>
    <message>
        <source>Waiting for the network: {n} images left</source>
        <translation>等待网络：还剩 {n} 幅图像</translation>
    </message>
    <message>
        <source>All {n} images sent, being verified</source>
        <translation>{n} 幅图像已全部发送，正在核验</translation>
    </message>
    <message>
        <source> · {speed}/s · {time} left</source>
        <translation> · {speed}/秒 · 剩余 {time}</translation>
    </message>
    <message>
        <source>Waiting for network: {n} images</source>
        <translation>等待网络：{n} 幅图像</translation>
    </message>
    <message>
        <source>Sending {n} images</source>
        <translation>正在发送 {n} 幅图像</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Saved on this computer {time}, not yet on the server</source>
        <translation>{time} 已存于本机，尚未上传服务器</translation>
    </message>
    <message>
        <source>Saved {time}</source>
        <translation>{time} 已保存</translation>
    </message>
    <message>
        <source>{n} of {total} images refused: open “Images” to read why</source>
        <translation>{total} 幅中有 {n} 幅被拒收：打开“影像”查看原因</translation>
    </message>
    <message>
        <source> · {n} refused</source>
        <translation> · {n} 幅被拒收</translation>
    </message>
    <message>
        <source>{n} images of another account wait until it signs in here</source>
        <translation>另一账号的 {n} 幅影像等待该账号在本机登录</translation>
    </message>
    <message>
        <source>Reading files: {done} of {total}</source>
        <translation>正在读取文件：{done} / {total}</translation>
    </message>
    <message>
        <source>{n} images refused</source>
        <translation>{n} 幅影像被拒收</translation>
    </message>
    <message>
        <source>Images are being verified</source>
        <translation>影像正在核验</translation>
    </message>
    <message>
        <source>The server&apos;s disk is full: {n} images wait for room</source>
        <translation>服务器磁盘已满：{n} 幅影像等待空间</translation>
    </message>
    <message>
        <source>Is taken out of the case when the network is back</source>
        <translation>网络恢复后将从病例中移除</translation>
    </message>
    <message>
        <source>Being taken out of the case</source>
        <translation>正在从病例中移除</translation>
    </message>
    <message>
        <source>{n} images sent, not verified</source>
        <translation>已发送 {n} 幅图像，尚未核验</translation>
    </message>
    <message>
        <source>Studies that are not whole: {n}. Open the case to add the rest</source>
        <translation>{n} 项检查不完整：请打开病例补充其余图像</translation>
    </message>
</context>
<context>
    <name>structured</name>
    <message>
        <source>{name} ({side})</source>
        <translation>{name}（{side}）</translation>
    </message>
    <message>
        <source>Check this: usually {least} to {most} {unit}.</source>
        <translation>请核对：通常在 {least} 至 {most} {unit} 之间。</translation>
    </message>
</context>
<context>
    <name>times</name>
    <message>
        <source>{n} months</source>
        <translation>{n} 个月</translation>
    </message>
    <message>
        <source>{n} years</source>
        <translation>{n} 岁</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{h} h {m} min</source>
        <translation>{h} 小时 {m} 分</translation>
    </message>
    <message>
        <source>{n} d</source>
        <translation>{n} 天</translation>
    </message>
    <message>
        <source>Write it like 2026, 2026-11, 2026-11-20 or 2026-11-20 14:05.</source>
        <translation>请写成 2026、2026-11、2026-11-20 或 2026-11-20 14:05。</translation>
    </message>
    <message>
        <source>This time has not come yet.</source>
        <translation>这个时间还没有到。</translation>
    </message>
</context>
<context>
    <name>triage</name>
    <message>
        <source>Urgency {level}? It says: {why}</source>
        <translation>紧急程度：{level}？依据：{why}</translation>
    </message>
    <message>
        <source>Department {name}? It says: {why}</source>
        <translation>科室：{name}？依据：{why}</translation>
    </message>
    <message>
        <source>under {n} years</source>
        <translation>不满 {n} 岁</translation>
    </message>
</context>
<context>
    <name>waiting</name>
    <message>
        <source>no expert there</source>
        <translation>暂无专家在线</translation>
    </message>
    <message>
        <source>centre decides</source>
        <translation>调度处理中</translation>
    </message>
    <message>
        <source>wait unknown</source>
        <translation>时间未知</translation>
    </message>
    <message>
        <source>longer than usual</source>
        <translation>比平时久</translation>
    </message>
    <message>
        <source>No expert who could take it can be reached now.</source>
        <translation>目前联系不到可以接诊的专家。</translation>
    </message>
    <message>
        <source>Nobody it rang has taken it: the consultation centre decides.</source>
        <translation>呼叫的专家无人接诊，由会诊中心调度。</translation>
    </message>
    <message>
        <source>How long it takes is unknown: too few cases were taken lately.</source>
        <translation>等待时间未知：近期接诊的病例太少。</translation>
    </message>
    <message>
        <source>It takes longer than the cases before it.</source>
        <translation>等待时间比之前的病例长。</translation>
    </message>
    <message>
        <source>No. {n} of {m}</source>
        <translation>第 {n} 位，共 {m} 例</translation>
    </message>
    <message>
        <source>No. {n} of {m} in the queue of {department}.</source>
        <translation>{department}排队第 {n} 位，共 {m} 例。</translation>
    </message>
    <message>
        <source>An expert is expected in about {time}, at {clock}.</source>
        <translation>预计约 {time}后（{clock}）有专家接诊。</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>约 {time}</translation>
    </message>
    <message>
        <source>no agreement</source>
        <translation>无协议</translation>
    </message>
    <message>
        <source>Your institution has no agreement in force with a hospital of this department: ask your administrator.</source>
        <translation>贵机构与设有该科室的医院之间没有生效的协议，请联系管理员。</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Started sending images</source>
        <translation>开始发送影像</translation>
    </message>
    <message>
        <source>Went back to writing</source>
        <translation>返回编辑</translation>
    </message>
    <message>
        <source>Submitted the case</source>
        <translation>提交会诊</translation>
    </message>
    <message>
        <source>An expert was rung</source>
        <translation>呼叫专家</translation>
    </message>
    <message>
        <source>The ring was not answered</source>
        <translation>呼叫无人应答</translation>
    </message>
    <message>
        <source>Declined</source>
        <translation>已谢绝</translation>
    </message>
    <message>
        <source>Passed to the dispatcher</source>
        <translation>转交调度</translation>
    </message>
    <message>
        <source>Took the case</source>
        <translation>接诊</translation>
    </message>
    <message>
        <source>The hold on the case ran out</source>
        <translation>占用期已到</translation>
    </message>
    <message>
        <source>Gave the case back</source>
        <translation>退回会诊</translation>
    </message>
    <message>
        <source>Accepted the case</source>
        <translation>接受会诊</translation>
    </message>
    <message>
        <source>Rejected the case</source>
        <translation>拒绝会诊</translation>
    </message>
    <message>
        <source>Scheduled the consultation</source>
        <translation>预约会诊</translation>
    </message>
    <message>
        <source>Asked for more information</source>
        <translation>要求补充资料</translation>
    </message>
    <message>
        <source>Sent what was asked for</source>
        <translation>已补充资料</translation>
    </message>
    <message>
        <source>Opened the images</source>
        <translation>打开影像</translation>
    </message>
    <message>
        <source>Started a call</source>
        <translation>发起通话</translation>
    </message>
    <message>
        <source>Ended the call</source>
        <translation>结束通话</translation>
    </message>
    <message>
        <source>Began the report</source>
        <translation>开始书写报告</translation>
    </message>
    <message>
        <source>Suspended the case</source>
        <translation>挂起会诊</translation>
    </message>
    <message>
        <source>Resumed the case</source>
        <translation>恢复会诊</translation>
    </message>
    <message>
        <source>Asked for a second signature</source>
        <translation>请求二次签署</translation>
    </message>
    <message>
        <source>Returned from review</source>
        <translation>审核退回</translation>
    </message>
    <message>
        <source>Signed the report</source>
        <translation>签署报告</translation>
    </message>
    <message>
        <source>Received the report and decided</source>
        <translation>收到报告并作出决定</translation>
    </message>
    <message>
        <source>Opened the report for amendment</source>
        <translation>重开报告修订</translation>
    </message>
    <message>
        <source>Withdrew the case</source>
        <translation>撤回会诊</translation>
    </message>
    <message>
        <source>Asked to end the case</source>
        <translation>申请结束会诊</translation>
    </message>
    <message>
        <source>Declined to end the case</source>
        <translation>不同意结束会诊</translation>
    </message>
    <message>
        <source>Ended the case early</source>
        <translation>提前结束会诊</translation>
    </message>
    <message>
        <source>Recorded who was absent</source>
        <translation>记录缺席</translation>
    </message>
    <message>
        <source>Marked as entered in error</source>
        <translation>标记为录入错误</translation>
    </message>
    <message>
        <source>Routine</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>加急</translation>
    </message>
    <message>
        <source>Emergency</source>
        <translation>紧急</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>危急</translation>
    </message>
    <message>
        <source>Advice (the clinic decides)</source>
        <translation>会诊（诊所决定）</translation>
    </message>
    <message>
        <source>Diagnosis (shared liability)</source>
        <translation>诊断（共同负责）</translation>
    </message>
    <message>
        <source>Male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>Female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>书面</translation>
    </message>
    <message>
        <source>On video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Oral, with witness</source>
        <translation>口头并有见证人</translation>
    </message>
    <message>
        <source>Adopted</source>
        <translation>采纳</translation>
    </message>
    <message>
        <source>Partly adopted</source>
        <translation>部分采纳</translation>
    </message>
    <message>
        <source>Not adopted</source>
        <translation>未采纳</translation>
    </message>
    <message>
        <source>Not my specialty</source>
        <translation>不属本专业</translation>
    </message>
    <message>
        <source>Too busy</source>
        <translation>过于繁忙</translation>
    </message>
    <message>
        <source>Conflict of interest</source>
        <translation>利益冲突</translation>
    </message>
    <message>
        <source>Material not sufficient</source>
        <translation>资料不足</translation>
    </message>
    <message>
        <source>Other reason</source>
        <translation>其他原因</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Reason for the consultation</source>
        <translation>会诊原因</translation>
    </message>
    <message>
        <source>Question to the expert</source>
        <translation>向专家提出的问题</translation>
    </message>
    <message>
        <source>History</source>
        <translation>病史</translation>
    </message>
    <message>
        <source>Kind of consultation</source>
        <translation>会诊类型</translation>
    </message>
    <message>
        <source>Urgency</source>
        <translation>紧急程度</translation>
    </message>
    <message>
        <source>Department</source>
        <translation>科室</translation>
    </message>
    <message>
        <source>Patient&apos;s consent</source>
        <translation>患者知情同意</translation>
    </message>
    <message>
        <source>Guardian (under 14)</source>
        <translation>监护人（14 岁以下）</translation>
    </message>
    <message>
        <source>Witness of the oral consent</source>
        <translation>口头同意的见证人</translation>
    </message>
    <message>
        <source>Images verified by the server</source>
        <translation>影像已由服务器核验</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>Waiting for an expert</source>
        <translation>等待专家</translation>
    </message>
    <message>
        <source>Expert assigned</source>
        <translation>已分配专家</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Being written</source>
        <translation>书写中</translation>
    </message>
    <message>
        <source>In the queue</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>An expert is being rung</source>
        <translation>正在呼叫专家</translation>
    </message>
    <message>
        <source>With the dispatcher</source>
        <translation>调度处理中</translation>
    </message>
    <message>
        <source>Picked up</source>
        <translation>已接手</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>More information wanted</source>
        <translation>待补充资料</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>已预约</translation>
    </message>
    <message>
        <source>Images are being read</source>
        <translation>正在阅片</translation>
    </message>
    <message>
        <source>In a call</source>
        <translation>通话中</translation>
    </message>
    <message>
        <source>Suspended</source>
        <translation>已挂起</translation>
    </message>
    <message>
        <source>Report is being written</source>
        <translation>报告书写中</translation>
    </message>
    <message>
        <source>Waiting for the second signature</source>
        <translation>等待二次签署</translation>
    </message>
    <message>
        <source>Report signed</source>
        <translation>报告已签署</translation>
    </message>
    <message>
        <source>Received, closed</source>
        <translation>已接收，结束</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>Ended early</source>
        <translation>提前结束</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Nobody came</source>
        <translation>无人到场</translation>
    </message>
    <message>
        <source>Entered in error</source>
        <translation>录入错误</translation>
    </message>
    <message>
        <source>Primary-care doctor</source>
        <translation>基层医生</translation>
    </message>
    <message>
        <source>Expert</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>Dispatcher</source>
        <translation>会诊中心调度</translation>
    </message>
    <message>
        <source>Reviewer</source>
        <translation>审核医师</translation>
    </message>
    <message>
        <source>Auditor</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>系统管理员</translation>
    </message>
    <message>
        <source>Chief physician</source>
        <translation>主任医师</translation>
    </message>
    <message>
        <source>Associate chief physician</source>
        <translation>副主任医师</translation>
    </message>
    <message>
        <source>Attending physician</source>
        <translation>主治医师</translation>
    </message>
    <message>
        <source>Resident physician</source>
        <translation>住院医师</translation>
    </message>
    <message>
        <source>Clinic</source>
        <translation>诊所</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>医院</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>阅片中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>职称</translation>
    </message>
    <message>
        <source>Years of practice</source>
        <translation>从业年限</translation>
    </message>
    <message>
        <source>Response time</source>
        <translation>响应时间</translation>
    </message>
    <message>
        <source>Critical case</source>
        <translation>危急病例</translation>
    </message>
    <message>
        <source>Common misdiagnosis</source>
        <translation>常见误诊分析</translation>
    </message>
    <message>
        <source>Rare disease</source>
        <translation>罕见病识别</translation>
    </message>
    <message>
        <source>Emergency procedure</source>
        <translation>急症处理流程</translation>
    </message>
    <message>
        <source>under 2</source>
        <translation>不足 2</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>发送中</translation>
    </message>
    <message>
        <source>Sent, being verified</source>
        <translation>已发送，核验中</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已核验</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Key in the system&apos;s keyring</source>
        <translation>密钥保存在系统密钥环</translation>
    </message>
    <message>
        <source>Key in a file with passphrase</source>
        <translation>密钥保存在加密文件</translation>
    </message>
    <message>
        <source>Approved by the reviewer</source>
        <translation>审核通过</translation>
    </message>
    <message>
        <source>Images compared with the patient</source>
        <translation>已核对图像与患者</translation>
    </message>
    <message>
        <source>Another department</source>
        <translation>科室不符</translation>
    </message>
    <message>
        <source>Outside their diseases</source>
        <translation>不在其擅长病种内</translation>
    </message>
    <message>
        <source>Offline or paused</source>
        <translation>离线或暂停接诊</translation>
    </message>
    <message>
        <source>No licence on file</source>
        <translation>无执业证登记</translation>
    </message>
    <message>
        <source>No agreement with the clinic</source>
        <translation>与该机构无合作协议</translation>
    </message>
    <message>
        <source>Sent this case</source>
        <translation>本例的申请人</translation>
    </message>
    <message>
        <source>Has declined it</source>
        <translation>已拒接此例</translation>
    </message>
    <message>
        <source>Asked an expert to take the case</source>
        <translation>指派专家</translation>
    </message>
    <message>
        <source>Added late images</source>
        <translation>补传了影像</translation>
    </message>
    <message>
        <source>Took late images back</source>
        <translation>撤回了补传影像</translation>
    </message>
    <message>
        <source>Off shift</source>
        <translation>不在班</translation>
    </message>
    <message>
        <source>Off shift by the rota</source>
        <translation>排班表上不在班</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>值班</translation>
    </message>
    <message>
        <source>On call</source>
        <translation>听班</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>休假</translation>
    </message>
    <message>
        <source>mail</source>
        <translation>邮件</translation>
    </message>
    <message>
        <source>text message</source>
        <translation>短信</translation>
    </message>
    <message>
        <source>No mail address or number is on file: add it in the rota.</source>
        <translation>未登记邮箱或手机号：请在排班中补充。</translation>
    </message>
    <message>
        <source>The server has no way to send: tell hospital IT.</source>
        <translation>服务器未配置发送方式：请联系信息科。</translation>
    </message>
    <message>
        <source>The mail server or gateway did not answer.</source>
        <translation>邮件服务器或短信网关无响应。</translation>
    </message>
    <message>
        <source>It was refused: check the address, tell hospital IT.</source>
        <translation>对方拒收：请核对地址，并联系信息科。</translation>
    </message>
    <message>
        <source>Read the critical finding back</source>
        <translation>复述确认危急发现</translation>
    </message>
    <message>
        <source>Critical finding not read back: the dispatchers were told</source>
        <translation>危急发现未复述确认：已通知调度</translation>
    </message>
    <message>
        <source>Rang again: the appointment had not begun</source>
        <translation>预约未开始，再次提醒</translation>
    </message>
    <message>
        <source>Goes on without late images that have not arrived or are in doubt</source>
        <translation>不采用未到达或存疑的补传影像，继续</translation>
    </message>
    <message>
        <source>Said that the late images are this patient&apos;s</source>
        <translation>确认补传影像属于本患者</translation>
    </message>
    <message>
        <source>Asked for a second opinion</source>
        <translation>申请了第二意见</translation>
    </message>
    <message>
        <source>Second opinion signed: both experts see both reports</source>
        <translation>第二意见已签署：两位专家均可查看两份报告</translation>
    </message>
    <message>
        <source>Asked several experts for their opinions (MDT)</source>
        <translation>发起了多学科会诊</translation>
    </message>
    <message>
        <source>Goes on without the opinions that are missing</source>
        <translation>不再等待缺少的意见</translation>
    </message>
    <message>
        <source>All opinions of the MDT are signed: the experts see each other&apos;s</source>
        <translation>多学科会诊意见全部签署，专家可互相查看</translation>
    </message>
    <message>
        <source>This opinion of the MDT is needed no longer</source>
        <translation>不再需要这份多学科会诊意见</translation>
    </message>
    <message>
        <source>Gives another opinion on the case, or can read one</source>
        <translation>对本病例另有意见，或能读到其他意见</translation>
    </message>
    <message>
        <source>1 image</source>
        <translation>1 幅图像</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} 幅图像</translation>
    </message>
    <message>
        <source>The record of this patient</source>
        <translation>病历属于该患者</translation>
    </message>
    <message>
        <source>Report is being amended</source>
        <translation>报告修订中</translation>
    </message>
    <message>
        <source>Security officer</source>
        <translation>安全员</translation>
    </message>
    <message>
        <source>Opened the case in an emergency, without a part in it</source>
        <translation>未参与病例，因紧急情况打开</translation>
    </message>
    <message>
        <source>Being written, with images</source>
        <translation>书写中，已有影像</translation>
    </message>
    <message>
        <source>The ring was taken back</source>
        <translation>派单已撤回</translation>
    </message>
    <message>
        <source>The expert&apos;s account was closed: the case is back in the queue</source>
        <translation>该专家的账号已停用：病例已回到队列</translation>
    </message>
    <message>
        <source>Right side</source>
        <translation>右侧</translation>
    </message>
    <message>
        <source>Left side</source>
        <translation>左侧</translation>
    </message>
    <message>
        <source>Both sides</source>
        <translation>双侧</translation>
    </message>
    <message>
        <source>No side</source>
        <translation>不分侧</translation>
    </message>
    <message>
        <source>Ring the best, open to all</source>
        <translation>呼叫最优，人人可接</translation>
    </message>
    <message>
        <source>Directed: the clinic names the expert</source>
        <translation>指定专家：由基层指定</translation>
    </message>
    <message>
        <source>Pull: experts take the head of the queue</source>
        <translation>抢单：专家接队首病例</translation>
    </message>
    <message>
        <source>Dispatched: given to one expert</source>
        <translation>派单：派给一位专家</translation>
    </message>
    <message>
        <source>Mandarin</source>
        <translation>普通话</translation>
    </message>
    <message>
        <source>Cantonese</source>
        <translation>粤语</translation>
    </message>
    <message>
        <source>Tibetan</source>
        <translation>藏语</translation>
    </message>
    <message>
        <source>Uyghur</source>
        <translation>维吾尔语</translation>
    </message>
    <message>
        <source>Mongolian</source>
        <translation>蒙古语</translation>
    </message>
    <message>
        <source>Kazakh</source>
        <translation>哈萨克语</translation>
    </message>
    <message>
        <source>Zhuang</source>
        <translation>壮语</translation>
    </message>
    <message>
        <source>Yi</source>
        <translation>彝语</translation>
    </message>
    <message>
        <source>Korean</source>
        <translation>朝鲜语</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>Free now, answers fast</source>
        <translation>当前空闲、响应快</translation>
    </message>
    <message>
        <source>Does not speak the language</source>
        <translation>语言不通</translation>
    </message>
    <message>
        <source>Holds as many cases as they can</source>
        <translation>在手病例已满</translation>
    </message>
    <message>
        <source>The agreement of the two houses ended; the case goes on</source>
        <translation>双方机构协议到期，病例继续</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Key in memory only: drafts and untold exports are lost on exit</source>
        <translation>密钥仅在内存中：退出后草稿和未上报的导出记录将丢失</translation>
    </message>
</context>
<context>
    <name>workspace</name>
    <message>
        <source>Patient not entered yet</source>
        <translation>尚未填写患者</translation>
    </message>
    <message>
        <source>Question to the expert</source>
        <translation>向专家提出的问题</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>History</source>
        <translation>病史</translation>
    </message>
    <message>
        <source>Findings at the clinic</source>
        <translation>本院所见</translation>
    </message>
    <message>
        <source>Diagnosis codes</source>
        <translation>诊断编码</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>知情同意</translation>
    </message>
    <message>
        <source>You do not hold this case now. What you wrote is kept here.</source>
        <translation>您目前未持有该会诊。您书写的内容已保存在本机。</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>影像所见</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>诊断意见</translation>
    </message>
    <message>
        <source>Recommendation</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Still needed: {items}</source>
        <translation>还需要：{items}</translation>
    </message>
    <message>
        <source>Checking the signature of {who}</source>
        <translation>正在核验签名：{who}</translation>
    </message>
    <message>
        <source>Signature verified: {who}</source>
        <translation>签名已核验：{who}</translation>
    </message>
    <message>
        <source>The signature does not fit this text. Do not use it.</source>
        <translation>签名与正文不符，请勿使用。</translation>
    </message>
    <message>
        <source>{time} since submission</source>
        <translation>提交已 {time}</translation>
    </message>
    <message>
        <source>● New</source>
        <translation>● 新</translation>
    </message>
    <message>
        <source>The clinic has not answered yet</source>
        <translation>基层尚未答复</translation>
    </message>
    <message>
        <source>Late images are on their way ({done} of {total}). Wait for them, or go on without them: the timeline will say so.</source>
        <translation>补传影像正在到达（{done}/{total}）。请等待，或选择不等而继续：时间线会如实记录。</translation>
    </message>
    <message>
        <source>What the critical finding is</source>
        <translation>危急发现的内容</translation>
    </message>
    <message>
        <source>⚠ {n} late images may be another patient&apos;s. Compare name and date of birth: say that they belong here, or go on without them.</source>
        <translation>⚠ {n} 幅补传影像可能属于其他患者。请核对姓名和出生日期：确认属于本例，或不采用它们。</translation>
    </message>
    <message>
        <source>The signed report is not here yet.</source>
        <translation>已签发的报告尚未取到。</translation>
    </message>
    <message>
        <source>Opinions of the MDT are still waited for</source>
        <translation>仍在等待多学科会诊意见</translation>
    </message>
    <message>
        <source>Passphrase of the certificate of {name}</source>
        <translation>{name}的证书口令</translation>
    </message>
    <message>
        <source>PIN of the token of {name}</source>
        <translation>{name}的介质 PIN 码</translation>
    </message>
    <message>
        <source>This site signs by certificate. Choose yours in the settings.</source>
        <translation>本站点要求用证书签名，请先在设置中选择证书。</translation>
    </message>
    <message>
        <source>⚠ The signed file is not this report&apos;s. It is not used.</source>
        <translation>⚠ 签名文件不属于本报告，不予使用。</translation>
    </message>
    <message>
        <source>⚠ The file is signed by {name}; this site does not know the authority {issuer}, or the certificate was not valid then.</source>
        <translation>⚠ 文件由{name}签名；本站点不认识颁发机构{issuer}，或证书当时无效。</translation>
    </message>
    <message>
        <source>Certificate of {name}, issued by {issuer}</source>
        <translation>{name}的证书，由{issuer}颁发</translation>
    </message>
    <message>
        <source>Certificate of {name}, issued by {issuer}; time stamp {time}</source>
        <translation>{name}的证书，由{issuer}颁发；时间戳 {time}</translation>
    </message>
    <message>
        <source>Places to fill in: {n} ({first})</source>
        <translation>待填写 {n} 处（{first}）</translation>
    </message>
    <message>
        <source>The expert is amending this report. Until the new version is signed, the one below stands.</source>
        <translation>专家正在修订本报告。新版本签署之前，以下版本仍然有效。</translation>
    </message>
    <message>
        <source>You are amending version {n}. The clinic reads it until you sign the new one.</source>
        <translation>您正在修订第 {n} 版。签署新版本之前，基层医生看到的仍是该版本。</translation>
    </message>
    <message>
        <source>⚠ The server cannot give the signed file.</source>
        <translation>⚠ 服务器无法提供签名文件。</translation>
    </message>
    <message>
        <source>The draft of the expert. It is not signed.</source>
        <translation>专家的草稿，尚未签发。</translation>
    </message>
    <message>
        <source>⚠ The file is signed by the certificate of {name}, who is not the expert of this report. Ask who signed it.</source>
        <translation>⚠ 此文件由{name}的证书签名，与本报告的专家不符，请核实签名人。</translation>
    </message>
    <message>
        <source>Allergies not entered</source>
        <translation>未填写过敏史</translation>
    </message>
    <message>
        <source>Reports of {department} need a second signature: ask for it in the case actions</source>
        <translation>{department}的报告需要审核：请在病例操作中提交审核</translation>
    </message>
    <message>
        <source>The words have changed since {name} approved them: ask for the review again</source>
        <translation>{name}审核通过后内容已有改动：请重新提交审核</translation>
    </message>
    <message>
        <source>{who} · approved by {reviewer}</source>
        <translation>{who} · 审核：{reviewer}</translation>
    </message>
    <message>
        <source>{name} began a report on {when} and did not sign it:</source>
        <translation>{name}于{when}写有报告草稿，未签发：</translation>
    </message>
    <message>
        <source>⚠ Taken over from {name} and not changed: {parts}. Signing makes it yours.</source>
        <translation>⚠ 接用自{name}、未作改动：{parts}。签发后即由您负责。</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>他人</translation>
    </message>
    <message>
        <source>{name} ({house})</source>
        <translation>{name}（{house}）</translation>
    </message>
    <message>
        <source>Critical finding</source>
        <translation>危急发现</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>{who} · also signed by {reviewer}</source>
        <translation>{who} · {reviewer} 已审核签署</translation>
    </message>
</context>
</TS>
