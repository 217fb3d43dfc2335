using System.CommandLine;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using KubectlGemma.Acting;
using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>Makes the commands that change something.</summary>
internal static class ActCommands
{
    public static IEnumerable<Command> Make(Shell shell) =>
        [
            Rebuild(shell),
            Plan(shell),
            Cancel(shell),
            Pin(shell),
            OfSpec(shell, "unpin", "Ends a pin: the newest good image is served again.", image => Changes.Unpin(image)),
            RollBack(shell),
            Approve(shell),
            OfSpec(
                shell,
                "suspend",
                "Has nothing new begin; what runs finishes, what serves serves.",
                image => Changes.Suspend(image, suspend: true)
            ),
            OfSpec(shell, "resume", "Ends a suspension.", image => Changes.Suspend(image, suspend: false)),
        ];

    private static Command Rebuild(Shell shell)
    {
        var name = Choices.Name();
        var reason = new Option<string?>("--reason") { Description = "Why, for whoever looks at the build later." };
        var cached = new Option<bool>("--cached")
        {
            Description =
                "Take layers from the cache where nothing of them changed, instead of fetching packages anew.",
        };
        var command = new Command("rebuild", "Asks for a build now, with new packages.") { name, reason, cached };
        _ = new ActCommand(
            shell,
            command,
            async (result, target, token) =>
                Changes.Rebuild(
                    await target.ImageAsync(result.GetValue(name)!, token),
                    result.GetValue(reason),
                    result.GetValue(cached),
                    target.Now
                ),
            (waiter, change, _, token) =>
                waiter.ForRequestAsync(
                    change.Name,
                    (string)change.Patch["metadata"]!["annotations"]![ApiGroup.RequestedAtAnnotation]!,
                    token
                )
        );
        return command;
    }

    private static Command Plan(Shell shell)
    {
        var name = Choices.Name();
        var of = new Option<string?>("--in-place-of")
        {
            Description = "The GemmaBaseImage that this one's spec is a proposal for.",
            CustomParser = Choices.ObjectName,
        };
        var command = new Command(
            "plan",
            "Asks the operator what the spec leads to, as a check without this program would; 'why' asks no operator."
        )
        {
            name,
            of,
        };
        _ = new ActCommand(
            shell,
            command,
            async (result, target, token) =>
                Changes.Plan(await target.ImageAsync(result.GetValue(name)!, token), result.GetValue(of), target.Now),
            (waiter, change, _, token) =>
                waiter.ForPlanAsync(
                    change.Name,
                    (string)change.Patch["metadata"]!["annotations"]![ApiGroup.PlanAnnotation]!,
                    token
                )
        );
        return command;
    }

    private static Command Cancel(Shell shell)
    {
        var name = EitherName("The build, or the GemmaBaseImage whose running build is meant.");
        var command = new Command("cancel", "Stops a build for good.") { name };
        _ = new ActCommand(
            shell,
            command,
            async (result, target, token) =>
            {
                var (image, build) = await target.EitherAsync(result.GetValue(name)!, token);
                return Changes.Cancel(
                    build
                        ?? (await target.BuildsAsync(image!.Metadata.Name, token)).FirstOrDefault(b => !b.IsFinished)
                        ?? throw new CliException(ExitCode.Refused, $"{image.Metadata.Name} has no running build")
                );
            },
            async (waiter, change, _, token) =>
            {
                // That it ends as canceled is what was asked for.
                await waiter.ForBuildAsync(change.Name, token);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Command Pin(Shell shell)
    {
        var (name, build) = (Choices.Name(), Choices.Build("The build whose image is to be served."));
        var term = Choices.Duration(
            "--for",
            "Let the pin end by itself after this time, such as 4h. It stands in an annotation, beside what Git says."
        );
        var command = new Command("pin", "Serves one build's image, whatever is newer.") { name, build, term };
        _ = new ActCommand(
            shell,
            command,
            async (result, target, token) =>
            {
                var image = await target.SpecOfAsync(result.GetValue(name)!, token);
                var builds = await target.BuildsAsync(image.Metadata.Name, token);
                return result.GetValue(term) is { } time
                    ? Changes.PinUntil(image, builds, result.GetValue(build)!, target.Now + time)
                    : Changes.Pin(image, builds, result.GetValue(build)!);
            },
            WaitForImage
        );
        return command;
    }

    private static Command RollBack(Shell shell)
    {
        var name = Choices.Name();
        var to = new Option<string?>("--to")
        {
            Description = "The build to go back to (default: what served before).",
            CustomParser = Choices.ObjectName,
        };
        var command = new Command("rollback", "Goes back to what served before, by a pin.") { name, to };
        _ = new ActCommand(
            shell,
            command,
            async (result, target, token) =>
            {
                var image = await target.SpecOfAsync(result.GetValue(name)!, token);
                return Changes.RollBack(
                    image,
                    await target.BuildsAsync(image.Metadata.Name, token),
                    result.GetValue(to)
                );
            },
            WaitForImage
        );
        return command;
    }

    private static Command Approve(Shell shell)
    {
        var name = EitherName("The build, or the GemmaBaseImage whose waiting build is meant.");
        var command = new Command(
            "approve",
            "Lets a build that waits for approval go on (rollout.approval, verification.newPackages)."
        )
        {
            name,
        };
        _ = new ActCommand(
            shell,
            command,
            async (result, target, token) =>
            {
                var (image, build) = await target.EitherAsync(result.GetValue(name)!, token);
                image ??= await target.ImageAsync(build!.Spec!.ImageRef.Name, token);
                return Changes.Approve(image, await target.BuildsAsync(image.Metadata.Name, token), build?.BuildName);
            },
            WaitForImage
        );
        return command;
    }

    private static Command OfSpec(
        Shell shell,
        string verb,
        string description,
        Func<GemmaOperator.Api.BaseImages.GemmaBaseImage, Change> decide
    )
    {
        var name = Choices.Name();
        var command = new Command(verb, description) { name };
        _ = new ActCommand(
            shell,
            command,
            async (result, target, token) => decide(await target.SpecOfAsync(result.GetValue(name)!, token)),
            WaitForImage
        );
        return command;
    }

    private static Task<int> WaitForImage(Waiter waiter, Change change, long generation, CancellationToken token) =>
        waiter.ForImageAsync(change.Name, generation, change.Awaits, token);

    private static Argument<string> EitherName(string description) =>
        new(Arguments.BuildOrName) { Description = description, CustomParser = Choices.ObjectName };
}
