using Ocarina.Storage;
using Ocarina.Storage.Sqlite;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class SqliteQueueTests
{
    private readonly SqliteQueue _queue = new();

    [Fact]
    public void People_go_before_machines_and_keep_their_order()
    {
        var (machine, first, second) = (Add(WriteLane.Background), Add(WriteLane.Foreground), Add(WriteLane.Foreground));

        Assert.Same(first, _queue.WaitForFirst());
        Assert.Same(second, _queue.TakeMore());
        Assert.Null(_queue.TakeMore()); // nobody who came first waits for a machine
        Assert.Same(machine, _queue.WaitForFirst());
    }

    [Fact]
    public void A_machine_has_its_turn_after_each_group_of_people_one_piece_at_a_time()
    {
        var (machine1, machine2) = (Add(WriteLane.Background), Add(WriteLane.Background));
        var (person1, person2) = (Add(WriteLane.Foreground), Add(WriteLane.Foreground));

        Assert.Same(person1, _queue.WaitForFirst());
        Assert.Same(machine1, _queue.WaitForFirst());
        Assert.Same(person2, _queue.TakeMore()); // the person's commit is the machine's
        Assert.Null(_queue.TakeMore());
        var person3 = Add(WriteLane.Foreground);
        Assert.Same(person3, _queue.WaitForFirst());
        Assert.Same(machine2, _queue.WaitForFirst());
    }

    [Fact]
    public void A_closed_queue_gives_out_what_it_has_and_then_nothing()
    {
        var last = Add(WriteLane.Background);
        _queue.Close();

        Assert.Same(last, _queue.WaitForFirst());
        Assert.Null(_queue.WaitForFirst());
        Assert.Throws<ObjectDisposedException>(() => Add(WriteLane.Foreground));
    }

    private SqliteWork<int> Add(WriteLane lane)
    {
        var work = new SqliteWork<int>((_, _) => Task.FromResult(0), CancellationToken.None);
        _queue.Add(work, lane);
        return work;
    }
}
