using k8s.Models;

namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says how far the first request to a new image has come.</summary>
internal abstract record SmokeTest
{
    private SmokeTest() { }

    /// <summary>Gets what is said to people while it is open; empty when it has ended.</summary>
    public abstract string Message { get; }

    /// <summary>It was answered as asked, or none is wanted.</summary>
    public sealed record Passed : SmokeTest
    {
        public override string Message => "";
    }

    /// <summary>It wasn't: the image doesn't work.</summary>
    public sealed record Failed(string Why) : SmokeTest
    {
        public override string Message => "";
    }

    /// <summary>It is to be sent to <paramref name="Pod"/>.</summary>
    public sealed record Due(V1Pod Pod) : SmokeTest
    {
        public override string Message => "its smoke test starts";
    }

    /// <summary>No answer yet; look again at <paramref name="Until"/> (UTC), if not before.</summary>
    public sealed record Running(string Doing, DateTime? Until = null) : SmokeTest
    {
        public override string Message => Doing;
    }
}
