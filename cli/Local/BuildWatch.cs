using KubectlGemma.Output;

namespace KubectlGemma.Local;

/// <summary>Follows a build by what is told of it.</summary>
/// <param name="recipe">What is built.</param>
/// <param name="progress">Where it is shown.</param>
/// <param name="time">The time.</param>
internal sealed class BuildWatch(LocalRecipe recipe, LocalProgress progress, TimeProvider time)
{
    private readonly SaidTail _said = new();
    private readonly List<string> _made = [];
    private BuildEvent.Failed? _failed;

    public StepClock Clock { get; } = new(recipe.Dockerfile);

    /// <summary>Gets the beginnings of the ids of what was made anew, in their order.</summary>
    public IReadOnlyList<string> Made => _made;

    /// <summary>Gets the image of the last stage; null where the engine named none.</summary>
    public string? Image { get; private set; }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public void Hear(BuildEvent told)
    {
        switch (told)
        {
            case BuildEvent.Began began:
                progress.Ended(Ended());
                _said.Clear();
                progress.Began(Clock.Begin(began.Number, Now), Clock.Count);
                break;
            case BuildEvent.FromCache:
                Clock.FromCache();
                break;
            case BuildEvent.Made made when Clock.Current is { IsCached: false }:
                _made.Add(made.Id);
                break;
            case BuildEvent.Image image:
                Image = image.Id;
                break;
            case BuildEvent.Said said:
                _said.Add(said.Text);
                progress.Said(said.Text);
                break;
            case BuildEvent.Failed failed:
                _failed ??= failed;
                break;
        }
    }

    /// <summary>Ends the last step: what follows belongs to none.</summary>
    public void Rest() => progress.Ended(Ended());

    /// <summary>Ends it.</summary>
    /// <param name="foreign">A hint where the engine has another platform; null where it hasn't.</param>
    /// <exception cref="CliException">It failed.</exception>
    public void End(string? foreign)
    {
        if (_failed is { } failed)
        {
            throw StepFailure.Of(
                recipe.Build.Spec!.Resolved,
                Clock.Current is { } at ? Clock.Place(at) : null,
                failed,
                _said.Text,
                foreign
            );
        }

        Rest();
    }

    private LocalStep? Ended()
    {
        var number = Clock.Current?.Number;
        Clock.End(Now);
        return number is null ? null : Clock.Steps[^1];
    }
}
