package io.e2llm.engine.torch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Shares the cores between the compute threads of a process.
 *
 * <p>A compute thread enters before each model call and leaves after it. Compute threads that run
 * at one moment times their threads within an operation are at most the cores; one that runs alone
 * takes all of them. One that comes while another has all cores waits for the end of that call, and
 * from then on both have their half. Whoever waits is served in the order of arrival. Thread-safe.
 *
 * <pre>{@code
 * budget.run(() -> module.call(…));
 * }</pre>
 */
public final class CoreBudget {
  private final int cores;
  private final IntConsumer setThreads;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock") private final ArrayDeque<Share> waiting = new ArrayDeque<>();

  @GuardedBy("lock") private int running;

  @GuardedBy("lock") private int coresTaken;

  /**
   * A budget of so many cores.
   *
   * @param setThreads sets the calling thread's threads within one operation
   */
  public CoreBudget(int cores, IntConsumer setThreads) {
    if (cores < 1) {
      throw new IllegalArgumentException("cores: " + cores);
    }
    this.cores = cores;
    this.setThreads = setThreads;
  }

  /** A budget of so many cores for libtorch. */
  public static CoreBudget ofCores(int cores) {
    return new CoreBudget(cores, TorchRuntime::setThreads);
  }

  /** A budget of all this machine's cores for libtorch. */
  public static CoreBudget ofMachine() {
    return ofCores(Runtime.getRuntime().availableProcessors());
  }

  /** All that are shared. */
  public int cores() {
    return cores;
  }

  /** Waits for a share of the cores and sets the calling thread's threads accordingly. */
  public Share enter() {
    return enterAtMost(cores);
  }

  /** The same, where more than so many threads are of no use. */
  public Share enterAtMost(int atMost) {
    Share share = new Share();
    lock.lock();
    try {
      waiting.add(share);
      while (waiting.peek() != share || coresTaken + Math.min(atMost, fairShare()) > cores) {
        changed.awaitUninterruptibly();
      }
      share.threads = Math.min(atMost, fairShare());
      waiting.remove();
      running++;
      coresTaken += share.threads;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      setThreads.accept(share.threads);
      return share;
    } catch (RuntimeException | Error e) {
      share.close();
      throw e;
    }
  }

  /** Runs one model call with a share of the cores. */
  public <T> T compute(Supplier<T> call) {
    return computeAtMost(cores, call);
  }

  /** The same, where more than so many threads are of no use. */
  public <T> T computeAtMost(int atMost, Supplier<T> call) {
    Share share = enterAtMost(atMost);
    try {
      return call.get();
    } finally {
      share.close();
    }
  }

  /** Runs one model call, whose result nobody wants, with a share of the cores. */
  public void run(Runnable call) {
    Share share = enter();
    try {
      call.run();
    } finally {
      share.close();
    }
  }

  /** Compute threads that run or wait. */
  int contenders() {
    lock.lock();
    try {
      return running + waiting.size();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock") private int fairShare() {
    return Math.max(1, cores / (running + waiting.size()));
  }

  private void leave(Share share) {
    lock.lock();
    try {
      running--;
      coresTaken -= share.threads;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A share of the cores, held during one model call by the thread that entered. */
  public final class Share implements AutoCloseable {
    private int threads;
    private boolean left;

    private Share() {}

    /** Threads within one operation. */
    public int threads() {
      return threads;
    }

    @Override
    public void close() {
      if (!left) {
        left = true;
        leave(this);
      }
    }
  }
}
