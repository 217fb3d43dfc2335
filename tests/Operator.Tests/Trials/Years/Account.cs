using System.Globalization;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.BaseImages.Vulnerabilities;

namespace Operator.Tests.Trials.Years;

/// <summary>
/// Keeps what one object did in a simulated year, and judges how long it served what was mended elsewhere.
/// </summary>
internal sealed class Account(string name)
{
    private readonly List<(DateTime At, Contents Contents)> _served = [];
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly List<Exposed> _exposures = [];
    private Contents? _started;

    public string Name => name;

    /// <summary>Gets or sets how often its image was asked what a build would bring.</summary>
    public int Asked { get; set; }

    /// <summary>Gets when pods were replaced (UTC).</summary>
    public List<DateTime> Restarts { get; } = [];

    /// <summary>Gets how many of them brought no package that the one before didn't have.</summary>
    public int Needless { get; private set; }

    /// <summary>Gets the bytes that its node pulled after the first image.</summary>
    public long Pulled { get; private set; }

    /// <summary>Gets what answered, and from when on.</summary>
    public IReadOnlyList<(DateTime At, Contents Contents)> Served => _served;

    /// <summary>Gets how long fixes were there and didn't serve.</summary>
    public IReadOnlyList<Exposed> Exposures => _exposures;

    /// <summary>Notes a pod that starts; returns whether it brings something that the one before hasn't.</summary>
    public bool Start(DateTime now, Contents contents, bool isPatch)
    {
        var before = _started;
        _started = contents;
        if (before is null)
        {
            return true;
        }

        Restarts.Add(now);
        Pulled += isPatch ? contents.BytesSince(before) : contents.BytesOfAll();
        var brings = contents.Fingerprint != before.Fingerprint;
        Needless += brings ? 0 : 1;
        return brings;
    }

    /// <summary>Notes that a pod answers.</summary>
    public void Serve(string uid, DateTime now, Contents contents)
    {
        if (_answered.Add(uid))
        {
            _served.Add((now, contents));
        }
    }

    /// <summary>Judges each fix that came while something served, and that this object takes.</summary>
    public void Close(DateTime end, Action<string> broken)
    {
        if (_served.Count == 0)
        {
            broken($"{name} never served");
            return;
        }

        foreach (var package in History.Year.Packages)
        {
            for (var at = 1; at < package.Releases.Count; at++)
            {
                var release = package.Releases[at];
                if (
                    release.Count == 0
                    || release.At <= _served[0].At
                    || release.At > end
                    || !Fleet.WishOf(name).Takes(package, release)
                )
                {
                    continue;
                }

                var served = _served.FirstOrDefault(s => s.Contents.Has(package, at));
                var allowed = Exposure.Allowed(Fleet.Sla, SeverityOf(release))!.Value;
                var lasted = (served.Contents is null ? end : served.At) - release.At;
                if (lasted > allowed)
                {
                    broken(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{name}: {package.Name} {release.Version} of {release.At:yyyy-MM-dd} ({release.Severity}) "
                                + $"served after {lasted.TotalHours:0} h; {allowed.TotalHours:0} h are allowed"
                        )
                    );
                }

                if (served.Contents is not null)
                {
                    _exposures.Add(new Exposed(release, lasted));
                }
            }
        }
    }

    private static VulnerabilitySeverity SeverityOf(Release release) =>
        Enum.Parse<VulnerabilitySeverity>(release.Severity);

    /// <summary>Says how long a release that mends something was there and didn't serve.</summary>
    internal sealed record Exposed(Release Release, TimeSpan Lasted);
}
