using GemmaOperator.Api.Updates;

namespace Operator.Tests.Trials.Years;

/// <summary>Says which packages an object lets move.</summary>
/// <param name="System">Updates of the operating system.</param>
/// <param name="Listed">Whether what the spec lists without a version comes newest, and what pip is asked for.</param>
internal sealed record Wish(SystemUpdatePolicy System, bool Listed)
{
    /// <summary>Returns which releases of a package it takes.</summary>
    public SystemUpdatePolicy PolicyOf(RecordedPackage package) =>
        Listed && package.IsListed ? SystemUpdatePolicy.All
        : package.IsPython ? SystemUpdatePolicy.None
        : System;

    /// <summary>Tells whether it takes a release.</summary>
    public bool Takes(RecordedPackage package, Release release) =>
        PolicyOf(package) switch
        {
            SystemUpdatePolicy.All => true,
            SystemUpdatePolicy.Security => release.Suite == Suite.Security,
            _ => false,
        };
}
