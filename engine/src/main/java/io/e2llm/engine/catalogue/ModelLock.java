package io.e2llm.engine.catalogue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread of one process at a time work on a model's folder: a lock within the process,
 * since file locks do not tell its threads apart, and a file lock between processes, which the
 * system frees when a process dies.
 */
final class ModelLock {
  private static final ConcurrentHashMap<Path, ReentrantLock> HERE = new ConcurrentHashMap<>();

  private final ReentrantLock here;
  private final FileChannel channel;
  private final FileLock lock;

  private ModelLock(ReentrantLock here, FileChannel channel, FileLock lock) {
    this.here = here;
    this.channel = channel;
    this.lock = lock;
  }

  /** Takes the lock; calls {@code waiting} once if another holds it. */
  static ModelLock take(Path file, Runnable waiting) throws IOException, InterruptedException {
    Files.createDirectories(file.resolveSibling("."));
    ReentrantLock here =
        HERE.computeIfAbsent(file.toAbsolutePath().normalize(), key -> new ReentrantLock());
    boolean told = false;
    if (!here.tryLock()) {
      waiting.run();
      told = true;
      here.lockInterruptibly();
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        if (!told) {
          waiting.run();
        }
        lock = channel.lock();
      }
      return new ModelLock(here, channel, lock);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      here.unlock();
      throw e;
    }
  }

  /** Lets the next one in. */
  void release() throws IOException {
    try {
      lock.release();
      channel.close();
    } finally {
      here.unlock();
    }
  }
}
