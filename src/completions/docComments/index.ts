export { commentEdit, type CommentEdit, type Indentation } from './commentEdit';
export { declarationAt, enclosingDeclaration, type Declaration } from './declaration';
export { docLanguageOf, documentedLanguageIds } from './docLanguage';
export { emptyCommentAt, type EmptyComment } from './emptyComment';
export { isEmptyComment, textIn } from './existingComment';
export { sourceOf } from './source';
