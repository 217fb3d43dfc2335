namespace GemmaOperator.Api.Updates;

/// <summary>Says what became of the updates of an image's operating system.</summary>
internal enum SystemUpdatesResult
{
    /// <summary>They were brought, as far as there were any.</summary>
    Updated,

    /// <summary>The base has no apt, or names no repository that they could come from.</summary>
    Unsupported,

    /// <summary>They couldn't be fetched, and nobody had asked for them by name.</summary>
    Unavailable,
}
