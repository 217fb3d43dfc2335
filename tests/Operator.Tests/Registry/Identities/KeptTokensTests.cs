using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Identities;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Registry.Identities;

/// <summary>Tests that tokens are asked for once for all, and that nobody waits for another's.</summary>
internal sealed class KeptTokensTests
{
    private FakeTimeProvider _time = null!;
    private KeptTokens _kept = null!;
    private int _asked;

    [SetUp]
    public void Begin()
    {
        _time = new(new DateTimeOffset(2026, 11, 30, 3, 0, 0, TimeSpan.Zero));
        (_kept, _asked) = (new KeptTokens(_time), 0);
    }

    [TearDown]
    public void End() => _kept.Dispose();

    [Test]
    public async Task A_silent_cloud_keeps_nobody_from_another()
    {
        var silent = new TaskCompletionSource<CloudToken>();
        var waits = Ask("one", silent.Task);
        Assert.That((await Ask("two", Task.FromResult(Token("b")))).Password, Is.EqualTo("b"));
        Assert.That(waits.IsCompleted, Is.False);
        silent.SetResult(Token("a"));
        Assert.That((await waits).Password, Is.EqualTo("a"));
    }

    [Test]
    public async Task All_who_ask_at_once_get_one_answer_and_who_leaves_ends_it_for_nobody()
    {
        var answer = new TaskCompletionSource<CloudToken>();
        using var leaves = new CancellationTokenSource();
        var first = _kept.GetAsync("one", _ => Count(answer.Task), leaves.Token);
        var second = Ask("one", answer.Task);
        await leaves.CancelAsync();
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
        answer.SetResult(Token("a"));
        Assert.That((await second).Password, Is.EqualTo("a"));
        Assert.That(_asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_failure_stands_for_a_while_and_is_told_to_each()
    {
        var failure = Task.FromException<CloudToken>(new RegistryException(RegistryError.Unavailable, "silent"));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var told = await Assert.ThrowsAsync<RegistryException>(() => Ask("one", failure));
            Assert.That((told!.Error, told.Message), Is.EqualTo((RegistryError.Unavailable, "silent")));
        }

        Assert.That(_asked, Is.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(16));
        Assert.That((await Ask("one", Task.FromResult(Token("a")))).Password, Is.EqualTo("a"));
    }

    [Test]
    public async Task What_nobody_foresaw_is_kept_for_nobody()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Ask("one", Task.FromException<CloudToken>(new InvalidOperationException()))
        );
        Assert.That((await Ask("one", Task.FromResult(Token("a")))).Password, Is.EqualTo("a"));
    }

    [Test]
    public async Task However_many_are_asked_for_the_newest_are_kept()
    {
        foreach (var scope in Enumerable.Range(0, 1000))
        {
            await Ask($"{scope}", Task.FromResult(Token("a")));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await Ask("999", Task.FromResult(Token("a")));
        await Ask("0", Task.FromResult(Token("a")));
        Assert.That(_asked, Is.EqualTo(1001));
    }

    private Task<RegistryCredential> Ask(string scope, Task<CloudToken> answer) =>
        _kept.GetAsync(scope, _ => Count(answer), CancellationToken.None);

    private Task<CloudToken> Count(Task<CloudToken> answer)
    {
        _asked++;
        return answer;
    }

    private CloudToken Token(string password) =>
        new(new RegistryCredential("user", password), _time.GetUtcNow().AddHours(1));
}
