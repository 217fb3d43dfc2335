using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Registry;

/// <summary>A silent registry holds few workers, one that answers is asked more at once.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RegistryTurnsTests
{
    private const string Host = "r.example";

    private readonly FakeTimeProvider _time = new();
    private readonly RegistryTurns _turns;

    public RegistryTurnsTests() => _turns = new RegistryTurns(_time);

    [Test]
    public async Task Silence_a_registry_of_which_nothing_is_known_gets_two_questions()
    {
        var held = await TakeAsync(RegistryTurns.AtOnce);
        Assert.That(await NoneAsync(), Is.True);
        held.ForEach(t => t.Dispose());
        Assert.That(await TakeAsync(RegistryTurns.AtOnce), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Silence_answers_make_room_and_silence_takes_it_back()
    {
        for (var i = 0; i < 5; i++)
        {
            using var turn = await _turns.TakeAsync(Host);
            turn!.Answered();
        }

        var held = await TakeAsync(RegistryTurns.AtOnceWhenWell);
        Assert.That(await NoneAsync(), Is.True, "no more than that");
        held[0].Silent();
        Assert.That(await _turns.TakeAsync(Host), Is.Null, "it is left alone");
        held.ForEach(t => t.Dispose());
        _time.Advance(RegistryTurns.SilentFor);
        await TakeAsync(RegistryTurns.AtOnce);
        Assert.That(await NoneAsync(), Is.True, "two again");
    }

    [Test]
    public async Task Silence_of_another_registry_is_none_of_this_one()
    {
        var turn = await _turns.TakeAsync(Host);
        turn!.Heard(new RegistryException(RegistryError.Unavailable, "") { SilentHost = "other.example" });
        turn.Dispose();
        Assert.That(await _turns.TakeAsync(Host), Is.Not.Null);
        using var own = await _turns.TakeAsync(Host);
        own!.Heard(new RegistryException(RegistryError.Unavailable, "") { SilentHost = Host });
        Assert.That(await _turns.TakeAsync(Host), Is.Null);
    }

    private async Task<List<RegistryTurns.Turn>> TakeAsync(int count)
    {
        var taken = new List<RegistryTurns.Turn>();
        for (var i = 0; i < count; i++)
        {
            taken.Add((await _turns.TakeAsync(Host).WaitAsync(TimeSpan.FromSeconds(10)))!);
        }

        Assert.That(taken, Has.None.Null);
        return taken;
    }

    private async Task<bool> NoneAsync()
    {
        var asked = _turns.TakeAsync(Host);
        while (!asked.IsCompleted)
        {
            _time.Advance(RegistryTurns.Patience);
            await Task.Yield();
        }

        return await asked is null;
    }
}
