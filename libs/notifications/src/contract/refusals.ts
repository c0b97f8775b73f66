import { refusal } from '@cartwright/kernel';

export const TemplateNotFound = refusal<{ template: string }>(
  'notifications.template_not_found',
  'not_found',
  ({ template }) => `There is no mail called ${template.slice(0, 40)}.`,
  { template: 'birthday' },
);
