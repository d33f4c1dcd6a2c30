package io.e2llm.engine.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CoreBudgetTest {
  private final List<Integer> threadsSet = new CopyOnWriteArrayList<>();
  private final CoreBudget budget = new CoreBudget(4, threadsSet::add);

  @Test
  void enter_alone_takesAllCores() {
    try (CoreBudget.Share share = budget.enter()) {
      assertEquals(4, share.threads());
    }
    assertEquals(List.of(4), threadsSet);
  }

  @Test
  void enter_whereMoreThreadsAreOfNoUse_leavesTheRestToOthers() {
    try (CoreBudget.Share one = budget.enterAtMost(1);
        CoreBudget.Share rest = budget.enter()) {
      assertEquals(1, one.threads());
      assertEquals(2, rest.threads());
    }
  }

  @Test
  void enter_besideOneThatHasAllCores_waitsForTheEndOfItsCall() throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      CoreBudget.Share first = budget.enter();
      Future<CoreBudget.Share> second = other.submit(budget::enter);
      awaitContenders(2);
      assertEquals(List.of(4), threadsSet);
      first.close();
      CoreBudget.Share share = second.get(10, TimeUnit.SECONDS);
      assertEquals(4, share.threads());
      share.close();
    }
  }

  @Test
  void enter_whileAnotherWaits_takesHalf() throws Exception {
    try (ExecutorService second = Executors.newSingleThreadExecutor();
        ExecutorService third = Executors.newSingleThreadExecutor()) {
      CoreBudget.Share first = budget.enter();
      Future<CoreBudget.Share> secondShare = second.submit(budget::enter);
      awaitContenders(2);
      Future<CoreBudget.Share> thirdShare = third.submit(budget::enter);
      awaitContenders(3);
      first.close();
      assertEquals(2, secondShare.get(10, TimeUnit.SECONDS).threads());
      assertEquals(2, thirdShare.get(10, TimeUnit.SECONDS).threads());
      secondShare.get().close();
      thirdShare.get().close();
    }
    assertEquals(0, budget.contenders());
  }

  @Test
  void enter_manyThreads_neverTakeMoreThanTheCores() throws Exception {
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<? extends Future<?>> all =
          java.util.stream.IntStream.range(0, 6)
              .mapToObj(i -> threads.submit(() -> enterOften(taken, most)))
              .toList();
      for (Future<?> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
    }
    assertTrue(most.get() <= 4, "cores taken: " + most.get());
    assertTrue(most.get() >= 1);
  }

  @Test
  void ofCores_perThread_appliesToTheCallingThreadAlone() throws Exception {
    CoreBudget torch = CoreBudget.ofCores(2);
    try (ExecutorService other = Executors.newSingleThreadExecutor();
        CoreBudget.Share mine = torch.enter()) {
      other.submit(() -> TorchRuntime.setThreads(1)).get(60, TimeUnit.SECONDS);
      assertEquals(2, mine.threads());
      assertEquals(2, TorchRuntime.threads());
      assertEquals(1, (int) other.submit(TorchRuntime::threads).get(60, TimeUnit.SECONDS));
    }
  }

  private void enterOften(AtomicInteger taken, AtomicInteger most) {
    for (int i = 0; i < 200; i++) {
      try (CoreBudget.Share share = budget.enter()) {
        int now = taken.addAndGet(share.threads());
        most.accumulateAndGet(now, Math::max);
        Thread.onSpinWait();
        taken.addAndGet(-share.threads());
      }
    }
  }

  private void awaitContenders(int wanted)
      throws InterruptedException, ExecutionException, TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (budget.contenders() != wanted) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("contenders: " + budget.contenders());
      }
      Thread.onSpinWait();
    }
  }
}
