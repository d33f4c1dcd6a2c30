// Conversations in IndexedDB; where the browser has none (some private windows), in memory.
const DATABASE = 'e2llm';
const STORE = 'conversations';
const memory = new Map();
let opened = null;

function open() {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

async function run(mode, work) {
  const database = await open();
  if (!database) return undefined;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const isLasting = async () => (await open()) !== null;

// Every conversation, the one used last first.
export async function allConversations() {
  const stored = (await run('readonly', (store) => store.getAll())) ?? [...memory.values()];
  return stored.sort((a, b) => b.updated - a.updated);
}

export async function saveConversation(conversation) {
  memory.set(conversation.id, conversation);
  await run('readwrite', (store) => store.put(conversation));
}

export async function deleteConversation(id) {
  memory.delete(id);
  await run('readwrite', (store) => store.delete(id));
}
