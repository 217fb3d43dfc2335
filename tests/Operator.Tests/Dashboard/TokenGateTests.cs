using GemmaOperator.Dashboard.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Dashboard;

/// <summary>Strangers who ask all the time keep nobody out who was let in.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TokenGateTests
{
    [Test]
    public async Task Who_is_known_waits_for_no_stranger()
    {
        var asked = new Slow();
        var gate = new TokenGate(new RememberedReviews(asked, new FakeTimeProvider()), _ => { });
        Assert.That(await AskAsync(gate, "known"), Is.InstanceOf<Admission.Admitted>());
        var strangers = Enumerable.Range(0, 100).Select(i => AskAsync(gate, $"stranger-{i}")).ToList();
        Assert.That(await AskAsync(gate, "known"), Is.InstanceOf<Admission.Admitted>());
        asked.Answer.SetResult(null);
        var busy = await Task.WhenAll(strangers);
        Assert.That(
            busy.OfType<Admission.Refused>().Count(r => r.Status == StatusCodes.Status503ServiceUnavailable),
            Is.EqualTo(84)
        );
    }

    private static Task<Admission> AskAsync(TokenGate gate, string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {token}";
        return gate.AdmitAsync(context, CancellationToken.None);
    }

    /// <summary>Knows one token, and thinks about all others.</summary>
    private sealed class Slow : IReviews
    {
        public TaskCompletionSource<Identity?> Answer { get; } = new();

        public Identity? Remembered(string token) => null;

        public Task<Identity?> WhoAsync(string token, CancellationToken cancellationToken) =>
            token == "known"
                ? Task.FromResult<Identity?>(
                    new Identity("ann", "1", [], new Dictionary<string, IList<string>>(StringComparer.Ordinal))
                )
                : Answer.Task;

        public Task<bool> MayAsync(Identity who, AskedAccess asked, CancellationToken cancellationToken) =>
            Task.FromResult(true);
    }
}
