using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says how far the first request to a new image has come.</summary>
internal abstract record SmokeTest
{
    private SmokeTest() { }

    /// <summary>Gets what people are told while the test is open; empty when it has ended.</summary>
    public abstract string Message { get; }

    /// <summary>Says that the request was answered as asked, or that no test is wanted.</summary>
    public sealed record Passed : SmokeTest
    {
        public override string Message => "";
    }

    /// <summary>Says that the request wasn't answered as asked: the image doesn't work.</summary>
    public sealed record Failed(string Why) : SmokeTest
    {
        public override string Message => "";
    }

    /// <summary>Says that the request is due to be sent to <paramref name="Pod"/>.</summary>
    public sealed record Due(V1Pod Pod) : SmokeTest
    {
        public override string Message => "its smoke test starts";
    }

    /// <summary>
    /// Says that there is no answer yet; look again at <paramref name="Until"/> (UTC), if not before.
    /// </summary>
    public sealed record Running(string Doing, DateTime? Until = null) : SmokeTest
    {
        public override string Message => Doing;
    }
}
