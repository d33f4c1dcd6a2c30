// Starts the page: each part fills its own place in index.html.
import { startComposer } from './composer.js';
import { loadConversations } from './conversations.js';
import { startDocumentList } from './document-list.js';
import { startDrop } from './drop.js';
import { startLayout } from './layout.js';
import { startRouter } from './router.js';
import { startSettings } from './settings-dialog.js';
import { startSidebar } from './sidebar.js';
import { startStatus } from './status.js';
import { startStrip } from './strip.js';
import { startTheme } from './theme.js';
import { startThread } from './thread.js';

startTheme();
startLayout();
startSidebar();
startStrip();
startThread();
startComposer();
startDocumentList();
startSettings();
startDrop();
startStatus();
await loadConversations();
startRouter();
