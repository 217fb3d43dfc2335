namespace GemmaOperator.Api.Defaults;

/// <summary>Says whether an object takes over what its namespace and the operator say for all.</summary>
internal enum DefaultsPolicy
{
    Inherit,

    /// <summary>It is what its own spec says, and nothing else.</summary>
    Ignore,
}
