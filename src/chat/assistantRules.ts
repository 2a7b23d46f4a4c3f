import { renderTemplate, type Assistant, type Template } from '../prompts';

/** What the model is told before a conversation: the template's rules, and over them what the chosen assistant is told. */
export function systemText(template: Template, assistant: Assistant | undefined): string {
	const rules = renderTemplate(template, { text: '' }).filter(({ role }) => role === 'system');
	return [...rules.map(({ text }) => text), ...(assistant ? [assistant.instructions] : [])].join('\n\n');
}
