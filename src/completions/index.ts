export * from './clock';
export * from './completer';
export {
	commentEdit,
	declarationAt,
	docLanguageOf,
	documentedLanguageIds,
	enclosingDeclaration,
	sourceOf,
	type CommentEdit,
	type Declaration,
} from './docComments';
export * from './document';
export * from './outcome';
export * from './request';
export * from './settings';
export * from './memoryFiles';
