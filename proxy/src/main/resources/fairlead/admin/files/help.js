import { code, element, table } from './dom.js';

const KEYS = [['1 … 9, 0', 'the pages, in their order'], ['/', 'the first field of the page'], ['?', 'this page'], ['Tab, Enter', 'all links, buttons and rules']];
const COMMANDS = [
  ['fairlead explain --live URL', 'what this proxy would do with a request, and why'],
  ['fairlead check CONFIG', 'every fault of a configuration, with its place'],
  ['fairlead config CONFIG', 'the configuration in force, with origins'],
  ['fairlead doctor CONFIG', 'what is not as it should be on this host'],
  ['fairlead health', 'whether the proxy is ready'],
];

export default function help(main) {
  main.replaceChildren(element('h1', {}, 'Help'),
    element('h2', {}, 'Keys'), table(['key', 'goes to'], KEYS.map(([key, what]) => [code(key), what])),
    element('h2', {}, 'Commands'), table(['command', 'tells'], COMMANDS.map(([command, what]) => [code(command), what])),
    element('h2', {}, 'Pages for programs'),
    element('p', {}, element('a', { href: 'admin/index.txt' }, 'all pages'), ' · ', element('a', { href: 'admin/metrics.json?pretty=true' }, 'metrics'), ' · ',
      element('a', { href: 'client_state.json' }, 'clients'), ' · ', element('a', { href: 'endpoints.json' }, 'endpoints'), ' · ',
      element('a', { href: 'admin/threads.json' }, 'threads'), ' · ', element('a', { href: 'admin/server_info' }, 'version')),
    element('h2', {}, 'For a diagnosis'),
    element('p', {}, 'Send ', code('admin/metrics.json'), ', ', code('endpoints.json'), ' and ', code('config.yaml'),
      ' (secrets are masked) with the log. Packets of a caller: ', code('tcpdump -i any -w out.pcap port 4140'), '.'));
}
