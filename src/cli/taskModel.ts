import { GenerationError, type ModelRole, type TaskAbility } from '../generation';
import { installedModels, type InstalledModel } from '../models';
import { abilityFor, type Template } from '../prompts';
import { type CliEngines } from './engines';

/**
 * The model folder for a task: --model, else the first installed model that can do it, the pack's and the completion model before others.
 * @throws GenerationError `unsupportedTask` when none can
 */
export async function chooseTaskFolder(
	template: Template,
	values: Readonly<Record<string, string>>,
	engines: CliEngines,
): Promise<string> {
	const chosen = engines.chosenFolder();
	if (chosen !== undefined) return chosen;
	await engines.lookForPack();
	const pack = engines.packFor(template.name);
	const preferred = [engines.completionFolder(), pack];
	const installed = await installedModels(engines.modelsRoot, { pack });
	const rank = ({ folder }: InstalledModel): number => preferred.lastIndexOf(folder);
	const ordered = [...installed].sort((one, other) => rank(other) - rank(one));
	const able = ordered.find(model => abilityFor(asInfo(model), template, values));
	if (able) return able.folder;
	const installedNames = installed.map(model => model.id).join(', ') || 'none';
	const reason = `No installed model (${installedNames}) can do "${template.name}".`;
	throw new GenerationError('unsupportedTask', `${reason} Give one that follows instructions with --model <folder>.`);
}

const roles: readonly string[] = ['fill', 'task', 'chat'] satisfies readonly ModelRole[];

function asInfo(model: InstalledModel): {
	readonly roles: readonly ModelRole[];
	readonly tasks: readonly TaskAbility[];
} {
	return {
		roles: model.roles.filter((role): role is ModelRole => roles.includes(role)),
		tasks: model.tasks.map(({ task, to }) => ({ task, unit: 'line', ...(to === undefined ? {} : { to }) })),
	};
}
