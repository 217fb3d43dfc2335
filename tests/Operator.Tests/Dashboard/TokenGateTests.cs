using System.Net;
using GemmaOperator.Dashboard.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Dashboard;

/// <summary>Strangers who ask all the time keep nobody out who was let in.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TokenGateTests
{
    private const string Flood = "192.0.2.66";

    [Test]
    public async Task Who_is_known_waits_for_no_stranger()
    {
        var (asked, time) = (new Slow(), new FakeTimeProvider());
        var gate = Gate(asked, time);
        Assert.That(await AskAsync(gate, "known"), Is.InstanceOf<Admission.Admitted>());
        var strangers = Enumerable.Range(0, 100).Select(i => AskAsync(gate, $"stranger-{i}")).ToList();
        Assert.That(await AskAsync(gate, "known"), Is.InstanceOf<Admission.Admitted>());
        asked.EndAll();
        Assert.That(
            (await Task.WhenAll(strangers)).Count(IsBusy),
            Is.EqualTo(100 - ReviewTurns.MostOpen - ReviewTurns.MostOfOne)
        );
    }

    /// <summary>Kind: those who make the most noise have the most turns.</summary>
    [Test]
    public async Task Who_is_new_has_the_next_turn_but_one_beside_an_address_that_floods()
    {
        var asked = new Slow();
        var gate = Gate(asked, new FakeTimeProvider());
        var strangers = Enumerable.Range(0, 1000).Select(i => AskAsync(gate, $"stranger-{i}", Flood)).ToList();
        var newcomer = AskAsync(gate, "known", "198.51.100.7");
        Assert.That(newcomer.IsCompleted, Is.False);
        asked.EndOne();
        asked.EndOne();
        Assert.That(await newcomer.WaitAsync(TimeSpan.FromSeconds(30)), Is.InstanceOf<Admission.Admitted>());
        Assert.That(asked.MostAtOnce, Is.EqualTo(ReviewTurns.MostOpen));
        asked.EndAll();
        await Task.WhenAll(strangers);
    }

    [Test]
    public async Task Who_is_new_has_a_turn_beside_more_addresses_than_may_wait()
    {
        var asked = new Slow();
        var gate = Gate(asked, new FakeTimeProvider());
        var strangers = Enumerable
            .Range(0, 4000)
            .Select(i => AskAsync(gate, $"stranger-{i}", $"192.0.2.{i % 40}"))
            .ToList();
        var newcomer = AskAsync(gate, "known", "198.51.100.7");
        asked.EndAll();
        Assert.That(await newcomer.WaitAsync(TimeSpan.FromSeconds(30)), Is.InstanceOf<Admission.Admitted>());
        await Task.WhenAll(strangers);
    }

    [Test]
    public async Task All_who_come_with_one_token_ask_once()
    {
        var asked = new Slow();
        var gate = Gate(asked, new FakeTimeProvider());
        using var gone = new CancellationTokenSource();
        var first = AskAsync(gate, "stranger", Flood, gone.Token);
        var others = Enumerable.Range(0, 50).Select(_ => AskAsync(gate, "stranger")).ToList();
        await gone.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        asked.EndAll();
        var refused = (await Task.WhenAll(others)).Cast<Admission.Refused>().Select(r => r.Status).Distinct();
        Assert.That((asked.Asked, refused), Is.EqualTo((1, new[] { StatusCodes.Status401Unauthorized })));
        Assert.That(await AskAsync(gate, "stranger"), Is.InstanceOf<Admission.Refused>());
        Assert.That(asked.Asked, Is.EqualTo(2), "what was refused may be taken later");
    }

    [Test]
    public async Task Nobody_waits_for_ever()
    {
        var (asked, time) = (new Slow(), new FakeTimeProvider());
        var gate = Gate(asked, time);
        var strangers = Enumerable.Range(0, ReviewTurns.MostOpen + 1).Select(i => AskAsync(gate, $"{i}")).ToList();
        time.Advance(ReviewTurns.Patience);
        Assert.That(IsBusy(await strangers[^1].WaitAsync(TimeSpan.FromSeconds(30))));
        asked.EndAll();
        await Task.WhenAll(strangers);
        Assert.That(await AskAsync(gate, "known"), Is.InstanceOf<Admission.Admitted>());
    }

    [TestCase("192.0.2.1", "192.0.2.2", false)]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true, Description = "a host may have a whole /64")]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Addresses_of_one_host_are_one_place(string one, string other, bool isSame) =>
        Assert.That(
            ReviewTurns.PlaceOf(IPAddress.Parse(one)) == ReviewTurns.PlaceOf(IPAddress.Parse(other)),
            Is.EqualTo(isSame)
        );

    private static TokenGate Gate(Slow asked, FakeTimeProvider time) =>
        new(new RememberedReviews(asked, time), time, _ => { });

    private static bool IsBusy(Admission admission) =>
        admission is Admission.Refused { Status: StatusCodes.Status503ServiceUnavailable };

    private static Task<Admission> AskAsync(
        TokenGate gate,
        string token,
        string from = "192.0.2.1",
        CancellationToken cancellationToken = default
    )
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        context.Request.Headers.Authorization = $"Bearer {token}";
        return gate.AdmitAsync(context, cancellationToken);
    }

    /// <summary>Knows one token, and thinks about all others until a test ends that.</summary>
    private sealed class Slow : IReviews
    {
        private readonly Lock _gate = new();
        private readonly Queue<TaskCompletionSource<Identity?>> _open = new();
        private bool _isOver;

        /// <summary>Gets how often it was asked about others.</summary>
        public int Asked { get; private set; }

        public int MostAtOnce { get; private set; }

        public Identity? Remembered(string token) => null;

        public Task<Identity?> WhoAsync(string token, CancellationToken cancellationToken)
        {
            if (token == "known")
            {
                return Task.FromResult<Identity?>(
                    new Identity("ann", "1", [], new Dictionary<string, IList<string>>(StringComparer.Ordinal))
                );
            }

            lock (_gate)
            {
                Asked++;
                if (_isOver)
                {
                    return Task.FromResult<Identity?>(null);
                }

                var answer = new TaskCompletionSource<Identity?>(TaskCreationOptions.RunContinuationsAsynchronously);
                _open.Enqueue(answer);
                MostAtOnce = Math.Max(MostAtOnce, _open.Count);
                return answer.Task;
            }
        }

        public Task<bool> MayAsync(Identity who, AskedAccess asked, CancellationToken cancellationToken) =>
            Task.FromResult(true);

        public void EndOne()
        {
            lock (_gate)
            {
                _open.Dequeue().SetResult(null);
            }
        }

        public void EndAll()
        {
            lock (_gate)
            {
                _isOver = true;
                foreach (var answer in _open)
                {
                    answer.SetResult(null);
                }
            }
        }
    }
}
