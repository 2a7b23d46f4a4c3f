import { type ModelInfo, type TaskAbility } from '../generation';
import { servesLanguage } from './languages';
import { type Template } from './template';

/** The way a model can do a task: in a format it was trained on, by following instructions, or by going on writing. */
export type Ability =
	| { readonly kind: 'trained'; readonly task: TaskAbility }
	| { readonly kind: 'instructed' }
	| { readonly kind: 'continuing' };

/**
 * How a model does the task of a template, undefined when it cannot. A trained format goes before instructions. A model
 * with role `task` and formats of its own follows no others; without any it is taken to follow instructions, like `chat`.
 */
export function abilityFor(
	model: Pick<ModelInfo, 'roles' | 'tasks'>,
	template: Pick<Template, 'name' | 'longText' | 'values'>,
	values: Readonly<Record<string, string>>,
): Ability | undefined {
	const language = values.language ?? template.values.language ?? '';
	const task = model.tasks.find(
		({ task, to }) => task === template.name && (to === undefined || servesLanguage(to, language)),
	);
	if (task) return { kind: 'trained', task };
	if (model.roles.includes('chat')) return { kind: 'instructed' };
	if (model.roles.includes('task') && model.tasks.length === 0) return { kind: 'instructed' };
	// Only Continue Writing is what a completion model does anyway.
	if (template.name === 'continue' && model.roles.includes('fill')) return { kind: 'continuing' };
	return undefined;
}
