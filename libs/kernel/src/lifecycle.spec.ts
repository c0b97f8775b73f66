import { Lifecycle } from './lifecycle';
import { IllegalTransition, refusal } from './refusal';

const lamp = new Lifecycle<'off' | 'on' | 'broken'>('lamp', { off: ['on'], on: ['off', 'broken'], broken: [] });

test('a move in the table gives the thing in its next state and leaves the old one alone', () => {
  const before = { status: 'off' as const, watts: 5 };
  expect(lamp.move(before, 'on')).toEqual({ status: 'on', watts: 5 });
  expect(before.status).toBe('off');
});

test('a move that the table does not have is refused, naming both states', () => {
  expect(() => lamp.move({ status: 'off' as const }, 'broken')).toThrow(IllegalTransition);
  expect(() => lamp.move({ status: 'broken' as const }, 'on')).toThrow('The lamp is broken and cannot become on.');
});

test('terminal and reachable states are read off the table', () => {
  expect(lamp.states.filter((state) => lamp.isTerminal(state))).toEqual(['broken']);
  expect([...lamp.reachableFrom('off')].sort()).toEqual(['broken', 'off', 'on']);
});

test('a refusal code cannot be declared twice', () => {
  refusal('kernel_spec.once', 'conflict', () => 'once');
  expect(() => refusal('kernel_spec.once', 'conflict', () => 'twice')).toThrow('declared twice');
});
