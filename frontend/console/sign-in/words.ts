import { catalogue } from '../i18n/catalogue'

export const words = catalogue(
  {
    title: 'Sign in',
    setupTitle: 'Welcome to Berth',
    setupText:
      'Enter the setup code that the server printed when it started, and choose how you will sign in.',
    code: 'Setup code',
    codeHint: 'It is on the line “setup …” of the server’s output, and in the printed link.',
    username: 'User name',
    password: 'Password',
    passwordHint: 'At least 8 characters, with an upper-case letter and a digit.',
    otp: 'One-time code',
    otpHint: 'Only if you use a second factor: six digits, or a recovery code.',
    create: 'Create and enter',
    enter: 'Sign in',
    ended: 'You were signed out. The page is as you left it; sign in to go on.',
    plain:
      'This page came without HTTPS: whoever is on the way can read your password. Put a proxy in front (Caddy: “reverse_proxy 127.0.0.1:8080”), or use an SSH tunnel.',
    made: 'Grab what the cloud has no room for, and keep knowing what you have.',
  },
  {
    title: '登录',
    setupTitle: '欢迎使用 Berth 泊位',
    setupText: '输入服务器启动时打印的设置码，并设定您的登录方式。',
    code: '设置码',
    codeHint: '在服务器输出的 “setup …” 一行，以及打印的链接中。',
    username: '用户名',
    password: '密码',
    passwordHint: '至少 8 个字符，含一个大写字母和一个数字。',
    otp: '一次性验证码',
    otpHint: '仅在启用了第二因素时填写：六位数字，或恢复码。',
    create: '创建并进入',
    enter: '登录',
    ended: '您已退出登录。页面保持原样，登录后继续。',
    plain:
      '此页面未经 HTTPS 传输，途中的人可以看到您的密码。请在前面放置反向代理（Caddy：“reverse_proxy 127.0.0.1:8080”），或使用 SSH 隧道。',
    made: '云上没有空位的机器，替您抢到；您有什么，始终清楚。',
  },
)
