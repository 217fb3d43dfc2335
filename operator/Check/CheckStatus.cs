namespace GemmaOperator.Check;

/// <summary>Says how one thing stands; only <see cref="Fail"/> makes the whole check fail.</summary>
internal enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It may be meant so, or couldn't be seen.</summary>
    Warn,

    /// <summary>The operator can't do its work like this.</summary>
    Fail,
}
