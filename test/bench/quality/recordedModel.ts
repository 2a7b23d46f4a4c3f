import { type GenerateEvent, type GenerateRequest, type TextGenerator } from '../../../src/generation';

/** Asks a model once and says the same again every time after, so that one answer can be judged by many settings. */
export class RecordedModel implements TextGenerator {
	private recorded: GenerateEvent[] | undefined;

	constructor(private readonly generator: TextGenerator) {}

	get model(): TextGenerator['model'] {
		return this.generator.model;
	}

	countTokens(text: string): Promise<number> {
		return this.generator.countTokens(text);
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
		if (this.recorded) {
			yield* this.recorded;
			return;
		}
		const events: GenerateEvent[] = [];
		for await (const event of this.generator.generate(request, signal)) {
			events.push(event);
			yield event;
		}
		this.recorded = events;
	}
}
