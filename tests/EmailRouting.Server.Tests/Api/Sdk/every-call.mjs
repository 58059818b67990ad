// Every call of the official TypeScript SDK that is about email routing, against a running server. Only the base URL and the token differ from its normal use.
// Arguments: the base URL, the token. Says on standard output what it has done; an assertion that fails ends it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [baseURL, apiToken, modules] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const Cloudflare = require('cloudflare');
let requests = 0;
const client = new Cloudflare({
  baseURL,
  apiToken,
  fetch: (url, init) => {
    requests++;
    return fetch(url, init);
  },
});
const hex = /^[0-9a-f]{32}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

async function all(pages) {
  const items = [];
  for await (const item of pages) {
    items.push(item);
    assert.ok(items.length <= 1000, 'the pages do not end');
  }
  return items;
}

async function fails(promise, status, code) {
  const before = requests;
  await assert.rejects(promise, (error) => {
    assert.equal(error.status, status, error.message);
    assert.equal(error.errors[0].code, code);
    return true;
  });
  return requests - before;
}

function done(what) {
  console.log(`ok ${what}`);
}

// Tokens, accounts, zones.
const verified = await client.user.tokens.verify();
assert.equal(verified.status, 'active');
const [account] = await all(client.accounts.list());
assert.match(account.id, hex);
assert.equal((await client.accounts.get({ account_id: account.id })).id, account.id);
assert.equal((await client.accounts.tokens.verify({ account_id: account.id })).status, 'active');
done('tokens and accounts');

const name = `sdk${Date.now()}.test`;
const zone = await client.zones.create({ name, account: { id: account.id }, type: 'full' });
const zone_id = zone.id;
const account_id = account.id;
assert.match(zone_id, hex);
assert.equal(zone.status, 'active');
assert.equal((await all(client.zones.list({ name }))).length, 1);
assert.equal((await all(client.zones.list({ name: `contains:${name}`, account: { id: account_id }, per_page: 5 }))).length, 1);
assert.equal((await client.zones.get({ zone_id })).name, name);
assert.equal((await client.zones.edit({ zone_id, paused: true })).paused, true);
assert.equal((await client.zones.edit({ zone_id, paused: false })).paused, false);
done('zones');

// Rows 1 to 6: settings.
const settings = await client.emailRouting.get({ zone_id });
assert.equal(settings.id, settings.tag);
assert.equal(settings.name, name);
assert.equal(settings.enabled, true);
assert.match(settings.created, time);
assert.match(settings.modified, time);
assert.equal((await client.emailRouting.edit({ zone_id, support_subaddress: true })).support_subaddress, true);
assert.equal((await client.emailRouting.update({ zone_id, skip_wizard: true })).support_subaddress, true, 'what is left out stays');
assert.equal((await client.emailRouting.edit({ zone_id, enabled: false })).enabled, true, 'enabled is not changed here');
assert.equal((await client.emailRouting.disable({ zone_id, body: {} })).enabled, false);
assert.equal((await client.emailRouting.get({ zone_id })).status, 'unconfigured');
assert.equal((await client.emailRouting.enable({ zone_id, body: {} })).enabled, true);
assert.equal((await client.emailRouting.unlock({ zone_id })).status, 'unlocked');
done('settings');

// Rows 7 to 10: DNS.
assert.equal((await client.emailRouting.dns.create({ zone_id })).enabled, true);
assert.equal((await client.emailRouting.dns.edit({ zone_id })).status, 'unlocked');
const records = await client.emailRouting.dns.get({ zone_id });
const list = Array.isArray(records) ? records : records.result;
assert.ok(list.some((record) => record.type === 'MX' && record.name === name && Number.isInteger(record.priority)));
assert.ok(list.some((record) => record.type === 'TXT' && record.content.startsWith('v=spf1')));
assert.ok(list.every((record) => record.ttl === 1 || record.ttl >= 60));
await fails(client.emailRouting.dns.create({ zone_id, name }), 422, 2007);
const withSub = await client.emailRouting.dns.create({ zone_id, name: `sub.${name}` });
assert.deepEqual(withSub.subdomains.map((sub) => sub.name), [`sub.${name}`]);
assert.equal((await client.emailRouting.dns.delete({ zone_id })).enabled, false);
assert.equal((await client.emailRouting.dns.create({ zone_id })).enabled, true);
done('dns');

// Rows 20 to 24: addresses.
const email = `you@inbox${Date.now()}.test`;
const address = await client.emailRouting.addresses.create({ account_id, email });
assert.match(address.id, hex);
assert.equal(address.id, address.tag);
assert.equal(address.email, email);
assert.equal(address.verified, null);
assert.match(address.created, time);
await fails(
  client.emailRouting.rules.create({ zone_id, matchers: [{ type: 'literal', field: 'to', value: `a@${name}` }], actions: [{ type: 'forward', value: [email] }] }),
  400,
  2054,
);
assert.equal((await client.emailRouting.addresses.create({ account_id, email })).id, address.id, 'adding twice is adding once');
assert.match((await client.emailRouting.addresses.edit(address.id, { account_id, status: 'verified' })).verified, time);
assert.equal((await client.emailRouting.addresses.get(address.id, { account_id })).email, email);
assert.ok((await all(client.emailRouting.addresses.list({ account_id, per_page: 5 }))).some((a) => a.id === address.id));
assert.ok((await all(client.emailRouting.addresses.list({ account_id, verified: true, direction: 'desc' }))).some((a) => a.id === address.id));
assert.ok((await all(client.emailRouting.addresses.list({ account_id, verified: false }))).every((a) => a.verified === null));
done('addresses');

// Rows 11 to 16: rules, counted at the edges of the pages.
const mine = async (per_page) => (await all(client.emailRouting.rules.list({ zone_id, per_page }))).filter((rule) => rule.matchers[0].type === 'literal');
const created = [];
for (const count of [0, 1, 20, 21, 45]) {
  while (created.length < count) {
    created.push(
      await client.emailRouting.rules.create({
        zone_id,
        name: `rule ${created.length}`,
        enabled: true,
        priority: 0,
        matchers: [{ type: 'literal', field: 'to', value: `user${created.length}@${name}` }],
        actions: [{ type: 'forward', value: [email] }],
      }),
    );
  }
  assert.equal((await mine(20)).length, count);
  assert.equal((await mine(5)).length, count);
  assert.equal(new Set((await mine(undefined)).map((rule) => rule.id)).size, count);
}
const [rule] = created;
assert.match(rule.id, hex);
assert.equal(rule.id, rule.tag);
assert.equal(rule.source, 'api');
assert.equal(rule.priority, 0);
assert.deepEqual(rule.matchers, [{ type: 'literal', field: 'to', value: `user0@${name}` }]);
assert.deepEqual(rule.actions, [{ type: 'forward', value: [email] }]);
assert.deepEqual(await client.emailRouting.rules.get(rule.id, { zone_id }), rule);
const updated = await client.emailRouting.rules.update(rule.id, {
  zone_id,
  name: 'renamed',
  enabled: false,
  priority: 10,
  matchers: [{ type: 'literal', field: 'to', value: `renamed@${name}` }],
  actions: [{ type: 'drop' }],
});
assert.equal(updated.name, 'renamed');
assert.equal(updated.enabled, false);
assert.equal(updated.priority, 10);
assert.deepEqual(updated.actions, [{ type: 'drop' }]);
assert.ok((await all(client.emailRouting.rules.list({ zone_id, enabled: false }))).some((r) => r.id === rule.id));
assert.ok((await all(client.emailRouting.rules.list({ zone_id, enabled: true }))).every((r) => r.id !== rule.id));
assert.equal(
  await fails(
    client.emailRouting.rules.create({ zone_id, matchers: [{ type: 'literal', field: 'to', value: `user1@${name}` }], actions: [{ type: 'drop' }] }),
    409,
    2014,
  ),
  1,
  'a conflict is not tried again',
);
assert.equal((await client.emailRouting.rules.delete(rule.id, { zone_id })).id, rule.id);
await fails(client.emailRouting.rules.get(rule.id, { zone_id }), 404, 10404);
done('rules');

// Row 12: rules of the account.
const everywhere = await all(client.emailRouting.accountRules.list({ account_id, per_page: 50 }));
assert.ok(everywhere.filter((r) => r.zone.tag === zone_id).length >= 44);
assert.ok((await all(client.emailRouting.rules.list({ account_id, per_page: 50 }))).length >= 44);
done('rules of the account');

// Rows 17 and 18: the catch-all.
const none = await client.emailRouting.rules.catchAlls.get({ zone_id });
assert.deepEqual(none.matchers, [{ type: 'all' }]);
assert.equal(none.enabled, false);
assert.ok(!('priority' in none));
const catchAll = await client.emailRouting.rules.catchAlls.update({
  zone_id,
  enabled: true,
  name: 'everything else',
  matchers: [{ type: 'all' }],
  actions: [{ type: 'forward', value: [email] }],
});
assert.equal(catchAll.id, none.id);
assert.deepEqual(await client.emailRouting.rules.catchAlls.get({ zone_id }), catchAll);
assert.ok((await all(client.emailRouting.rules.list({ zone_id }))).some((r) => r.id === catchAll.id && r.matchers[0].type === 'all'));
await fails(client.emailRouting.rules.get(catchAll.id, { zone_id }), 409, 2020);
await fails(client.emailRouting.rules.delete(catchAll.id, { zone_id }), 409, 2020);
done('catch-all');

// A destination that is removed takes its rules out of force.
assert.equal((await client.emailRouting.addresses.delete(address.id, { account_id })).id, address.id);
assert.ok((await all(client.emailRouting.rules.list({ zone_id }))).every((r) => r.actions[0].type !== 'forward' || r.enabled === false));
await fails(client.emailRouting.addresses.get(address.id, { account_id }), 404, 10404);
assert.equal((await client.zones.delete({ zone_id })).id, zone_id);
await fails(client.zones.get({ zone_id }), 404, 7003);
done('clean-up');
console.log(`done ${requests}`);
