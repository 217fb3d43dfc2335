namespace Operator.Tests.Trials.Years;

/// <summary>Lists where a release came from.</summary>
internal enum Suite
{
    /// <summary>It is in the base already.</summary>
    Base,

    /// <summary>A point release of the distribution.</summary>
    Release,

    /// <summary>The distribution's security suite.</summary>
    Security,

    /// <summary>PyPI.</summary>
    Pypi,
}
