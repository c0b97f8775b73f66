export { SandboxPortInUse } from './http/server';
export { startPaymentSandbox, type PaymentSandbox, type PaymentSandboxOptions } from './sandbox';
export { DataFolderInUse } from './store/folder-claim';
