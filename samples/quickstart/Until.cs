namespace Quickstart;

/// <summary>Says how far the demo goes.</summary>
internal enum Until
{
    /// <summary>All that the manifest asks for is built and serves.</summary>
    Ready,

    /// <summary>After that a requirement changes, and a bad image comes.</summary>
    Story,
}
