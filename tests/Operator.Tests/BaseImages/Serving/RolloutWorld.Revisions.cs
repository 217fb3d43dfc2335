using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Revisions;
using GemmaOperator.BaseImages.Serving;
using k8s.Models;

namespace Operator.Tests.BaseImages.Serving;

/// <content>The pod template to go back to is kept in a revision, as the operator keeps it.</content>
internal sealed partial class RolloutWorld
{
    private V1ControllerRevision? _revision;

    /// <summary>Whether somebody lets the operator make revisions.</summary>
    public bool MakesRevisions { get; init; } = true;

    /// <summary>How often the revision had to be read.</summary>
    public int Reads { get; private set; }

    /// <summary>The template to go back to, wherever it is kept.</summary>
    public string? Template =>
        Status.ServingTemplate?.ToString() ?? (Status.ServingRevision is null ? null : _revision?.Data.ToString());

    /// <summary>Somebody deletes the revision.</summary>
    public RolloutWorld DeleteRevision()
    {
        _revision = null;
        return this;
    }

    /// <summary>Somebody puts another template in the place of what was kept.</summary>
    public RolloutWorld ForgeRevision(string from, string to)
    {
        var forged = _revision!.Data.ToString()!.Replace(from, to, StringComparison.Ordinal);
        Assert.That(forged, Is.Not.EqualTo(_revision.Data.ToString()), "something is forged");
        _revision.Data = JsonSerializer.Deserialize<JsonElement>(forged);
        return this;
    }

    private ImageSnapshot ReadKept(ImageSnapshot snapshot)
    {
        if (!ProvenTemplate.MustRead(snapshot))
        {
            return snapshot;
        }

        Reads++;
        return snapshot with { Kept = TemplateRevision.Read(_revision, "team", Status.ServingRevision!) };
    }

    private GemmaBaseImageStatus Keep(GemmaBaseImageStatus after)
    {
        if (
            !MakesRevisions
            || after.ServingTemplate is not { } text
            || TemplateRevision.Record(_image, text) is not { } record
        )
        {
            return after;
        }

        _revision = TemplateRevision.Render(_image, record, text, 1);
        return after with { ServingTemplate = null, ServingRevision = record };
    }
}
