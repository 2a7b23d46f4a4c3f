import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { silentLog } from '../../src/base';
import { Assistants } from '../../src/editor/assistants';
import { ChatQuestions } from '../../src/editor/chatQuestions';
import { createContextSources } from '../../src/editor/context';
import { readTemplateLibrary } from '../../src/editor/promptFolders';
import { participantHandler } from '../../src/editor/vscodeChat/participant';
import { ParticipantSummaries } from '../../src/editor/vscodeChat/summaries';
import { WorkspaceIndex } from '../../src/editor/workspaceIndex';
import { WorkspaceListing } from '../../src/editor/workspaceListing';
import { type GenerateEvent, type GenerateRequest } from '../../src/generation';
import { EchoingModel, noUsage } from './echoingModel';

const summaryText = 'The berth is number seven.\n\nThe pilot is called Ada.';
/** Some hundred and sixty tokens of the model in these tests. */
const long = 'The tide turns twice a day at Heron Point. '.repeat(15);

/** Answers questions at length, and what is asked behind the conversation with a summary. */
class SummarizingModel extends EchoingModel {
	readonly asked: string[] = [];
	summariesAsked = 0;

	constructor() {
		super([`It does. ${long}`]);
	}

	override async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent> {
		if (request.priority !== 'idle') {
			yield* super.generate(request);
			this.asked.push(this.told);
			return;
		}
		this.summariesAsked++;
		yield { type: 'text', text: summaryText, logProbability: -1 };
		yield { type: 'done', reason: 'stop', usage: noUsage, tokenIds: [] };
	}
}

/** A conversation as VS Code keeps it. */
class Conversation {
	private readonly history: (vscode.ChatRequestTurn | vscode.ChatResponseTurn)[] = [];

	constructor(
		private readonly ask: (
			prompt: string,
			history: vscode.ChatContext['history'],
		) => Promise<{ readonly shown: string; readonly result: vscode.ChatResult }>,
	) {}

	/** What the answer shows. */
	async next(prompt: string): Promise<string> {
		const { shown, result } = await this.ask(prompt, [...this.history]);
		// What VS Code keeps went through JSON.
		const kept = JSON.parse(JSON.stringify(result)) as vscode.ChatResult;
		const request = Object.create(vscode.ChatRequestTurn.prototype) as vscode.ChatRequestTurn;
		const response = { response: [new vscode.ChatResponseMarkdownPart(shown)], result: kept };
		this.history.push(
			Object.assign(request, { prompt, command: undefined }),
			response as unknown as vscode.ChatResponseTurn,
		);
		return shown;
	}

	/** Asks on until an answer tells of turns that went; that answer. */
	async untilTurnsGo(): Promise<string> {
		for (let number = 1; number <= 20; number++) {
			const shown = await this.next(`Question ${number}: ${long}`);
			if (shown.startsWith('> ')) return shown;
		}
		throw new Error('No turn went.');
	}
}

describe('a long conversation with @inkling', () => {
	const listing = new WorkspaceListing();
	const index = new WorkspaceIndex(listing, silentLog);
	const sources = createContextSources({ listing, index, mustStay: () => false });
	const memory = { keys: () => [], get: () => undefined, update: () => Promise.resolve() } as unknown as vscode.Memento;
	const assistants = new Assistants({ userFolder: () => '', memory, log: silentLog });
	const { extensionUri } = vscode.extensions.getExtension('inkling.inkling')!;
	const templates = () => readTemplateLibrary({ extensionUri, userFolder: () => '' });
	const questions = new ChatQuestions({ sources, assistants, templates });

	after(() => {
		index.dispose();
		listing.dispose();
	});

	function conversation(model: SummarizingModel, summaries: () => ParticipantSummaries | undefined): Conversation {
		const parts = { sources, assistants, questions, generator: () => Promise.resolve(model), summaries };
		const handler = participantHandler({ ...parts, icon: extensionUri, log: silentLog });
		return new Conversation(async (prompt, history) => {
			let shown = '';
			const response = {
				markdown: (text: string) => void (shown += text),
				progress: () => undefined,
				reference: () => undefined,
			} as unknown as vscode.ChatResponseStream;
			const request = { prompt, command: undefined, references: [] } as unknown as vscode.ChatRequest;
			const result = (await handler(request, { history }, response, new vscode.CancellationTokenSource().token)) ?? {};
			assert.equal(result.errorDetails, undefined);
			// A summary that was asked for behind the answer is there by then: this model waits for nothing.
			await new Promise(resolve => setImmediate(resolve));
			return { shown, result };
		});
	}

	it('has the turns that no longer fit summarized, shows the summary once, and the model reads it', async () => {
		const model = new SummarizingModel();
		const summaries = new ParticipantSummaries(silentLog);
		const shown = await conversation(model, () => summaries).untilTurnsGo();
		const [, turns] =
			/^> The model sees the first (\d+) turns as a summary\.\n>\n> > The berth is number seven\.\n/.exec(shown)!;
		assert.match(shown, /\n> > The pilot is called Ada\.\n> >\n> > Echoing · CPU\n\nIt does\./);
		assert.ok(model.asked.at(-1)!.includes(`<earlier turns="1-${turns}">\n${summaryText}\n</earlier>`));
		assert.ok(!model.asked.at(-1)!.includes('Question 1:'));
	});

	it('keeps the summary with the conversation, and what Inkling said of it out of the prompt', async () => {
		const model = new SummarizingModel();
		let summaries = new ParticipantSummaries(silentLog);
		const talk = conversation(model, () => summaries);
		await talk.untilTurnsGo();
		// As after a new start of VS Code.
		summaries = new ParticipantSummaries(silentLog);
		const shown = await talk.next('And now?');
		assert.match(shown, /^> The model sees the first \d+ turns as a summary\.\n\nIt does\./);
		const told = model.asked.at(-1)!;
		assert.ok(told.includes(summaryText));
		assert.ok(!told.includes('The model sees the first'));
		assert.equal(told.split(summaryText).length, 2);
	});

	it('leaves older turns out where that was chosen, asks for no summary, and says so', async () => {
		const model = new SummarizingModel();
		const shown = await conversation(model, () => undefined).untilTurnsGo();
		assert.match(shown, /^> The model no longer sees the first \d+ turns\.\n\nIt does\./);
		assert.equal(model.summariesAsked, 0);
	});
});
