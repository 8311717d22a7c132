import { choose, type Language } from '../common/language'

export const language: Language = choose(typeof navigator === 'undefined' ? [] : navigator.languages)

const english = {
  signIn: 'Sign in',
  explanation:
    'The server wants to know who asks. Its token is in the file “token” of its data directory, and was printed when it first started.',
  token: 'Token',
  kept: 'It is kept until this tab is closed, and nowhere else.',
  notNow: 'Not now',
  unknown: 'The server does not know this token.',
  unreachable: 'The server did not answer. Try again.',
}

const chinese: typeof english = {
  signIn: '登录',
  explanation: '服务器需要知道是谁在请求。令牌在数据目录的 token 文件中，首次启动时也打印过。',
  token: '令牌',
  kept: '只保存到此标签页关闭为止，不存到别处。',
  notNow: '暂不登录',
  unknown: '服务器不认识这个令牌。',
  unreachable: '服务器没有应答，请重试。',
}

export const words = language === 'zh-CN' ? chinese : english
