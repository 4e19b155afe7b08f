// The customer companies of the stories, one for each language of the product.
import fs from 'node:fs';
import path from 'node:path';

/** `sample` is there from the first start; the English one is added by its operator. */
export const CUSTOMERS = [
  {
    tenant: 'sample',
    locale: 'ja',
    browser: 'ja-JP',
    administrator: { family_name: 'Yamada', given_name: 'Taro' },
    colleague: {
      display_name: '佐藤 花子',
      reading: 'さとう はなこ',
      family_name: 'Sato',
      given_name: 'Hanako',
      email: 'sato@sample.example',
      login_name: 'sato',
      locale: 'ja',
    },
    announcement: {
      title: '年末年始の休業',
      text: '12月29日から1月3日まで休業します。\n新年は1月4日から営業します。',
      link_title: '社内のお知らせ板',
      link_address: 'https://intra.sample.example/',
    },
    rejection: '会社の端末から申請してください。',
  },
  {
    tenant: 'harbour',
    locale: 'en',
    browser: 'en-GB',
    contract: {
      '--name': 'Harbour Trading',
      '--organization': 'Harbour Trading Co., Ltd.',
      '--contract-number': 'H-2001',
      '--seats': '20',
      '--valid-until': '2037-03-31',
      '--administrator-name': 'Jane Morgan',
      '--administrator-email': 'jane@harbour.example',
      '--support-contact': 'Harbour help desk, 03-0000-0000',
    },
    administrator: { family_name: 'Morgan', given_name: 'Jane' },
    colleague: {
      display_name: 'Sean O’Brien',
      family_name: "O'Brien",
      given_name: 'Sean',
      email: 'sean@harbour.example',
      login_name: 'obrien',
      locale: 'en',
    },
    announcement: {
      title: 'Closed over New Year',
      text: 'We are closed from 29 December to 3 January.\nWe are back on 4 January.',
      link_title: 'Notice board',
      link_address: 'https://intra.harbour.example/',
    },
    rejection: 'Please apply from a company device.',
  },
];

/** Makes the customer known to a fresh installation, if it is not yet, and returns what is handed over. */
export function handOver(installation, customer) {
  if (customer.contract) {
    const contract = Object.entries(customer.contract).flat();
    installation.cli('tenant', 'add', customer.tenant, '--locale', customer.locale, ...contract);
  }
  const folder = path.join(installation.data, 'sheets', customer.tenant);
  const sheet = fs.readdirSync(folder).find((name) => name.endsWith('.html'));
  return { sheet: path.join(folder, sheet), dataEntry: path.join(folder, 'data_entry.txt') };
}
