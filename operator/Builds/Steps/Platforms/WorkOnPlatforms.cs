using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Cluster;

namespace GemmaOperator.Builds.Steps.Platforms;

/// <summary>
/// Runs the next step of each platform, one after the other; their Jobs run side by side. The first platform that fails
/// ends the build, and with it the Jobs of the others: nothing is published of some platforms alone.
/// </summary>
/// <param name="Work">The steps, what is held up last.</param>
internal sealed record WorkOnPlatforms(IReadOnlyList<PlatformWork> Work) : BuildStep
{
    public override string Stage => Work[^1].Step.Stage;

    public override BuildHold? HeldBy => Work[^1].Step.HeldBy;

    /// <summary>Gets what all of them together do: the build has one slot, however many platforms it is for.</summary>
    public override SlotUse Slot =>
        Work.Any(w => w.Step.Slot == SlotUse.Take) ? SlotUse.Take
        : Work.Any(w => w.Step.Slot == SlotUse.Hold) ? SlotUse.Hold
        : SlotUse.None;

    public override async Task<StepReport> RunAsync(
        BuildSnapshot s,
        StepTools tools,
        CancellationToken cancellationToken
    )
    {
        var (status, events, hasSlot) = (s.Status, new List<EventText>(), false);
        DateTime? unanswered = null;
        LookAgain next = new LookAgain.OnChange();
        foreach (var (part, step) in Work)
        {
            var platform = part.Spec.Template.Platform;
            var report = await step.RunAsync(Now(part, status, s.Status), tools, cancellationToken);
            status = PlatformPart.Write(status, platform, report.Status);
            unanswered ??= report.Status.AwaitingRegistrySince;
            // A slot that one platform couldn't use isn't free while another one's Job runs.
            hasSlot |= step.Slot == SlotUse.Hold || (step.Slot == SlotUse.Take && report.IsDone);
            next = Sooner(next, report.Next);
            if (report.Event is { } told)
            {
                events.Add(told with { Note = part.Said(told.Note) });
            }

            if (status.CompletionTime is not null)
            {
                status = await StopOthersAsync(s, tools, status, platform, cancellationToken);
                return new StepReport(status, events.FirstOrDefault(), report.Next, report.IsDone)
                {
                    MoreEvents = [.. events.Skip(1)],
                };
            }
        }

        // One platform's registry that doesn't answer isn't forgotten for what another one's step came to.
        return new StepReport(
            status with
            {
                AwaitingRegistrySince = unanswered,
            },
            events.FirstOrDefault(),
            next,
            hasSlot || Slot != SlotUse.Take
        )
        {
            MoreEvents = [.. events.Skip(1)],
        };
    }

    /// <summary>Returns the part with what the steps before this one made of the status.</summary>
    private static BuildSnapshot Now(BuildSnapshot part, GemmaBuildStatus status, GemmaBuildStatus before) =>
        part with
        {
            Build = part.Build with
            {
                Status = PlatformPart.Read(status, part.Spec.Template.Platform) with
                {
                    AwaitingRegistrySince = before.AwaitingRegistrySince,
                },
            },
        };

    /// <summary>Deletes the Jobs of the other platforms, and ends their steps.</summary>
    private static async Task<GemmaBuildStatus> StopOthersAsync(
        BuildSnapshot s,
        StepTools tools,
        GemmaBuildStatus status,
        WireEnum<Platform> failed,
        CancellationToken cancellationToken
    )
    {
        var ended = new List<PlatformStatus>();
        foreach (var other in status.Platforms ?? [])
        {
            if (other.Platform == failed)
            {
                ended.Add(other);
                continue;
            }

            foreach (var line in other.Steps.Where(line => line.Result == StepLog.Running))
            {
                await JobExecutor.DeleteAsync(s, tools, line.Job, cancellationToken);
            }

            ended.Add(other with { Steps = other.Steps.EndRunning("Skipped", s.Now) });
        }

        return status with
        {
            Platforms = ended,
        };
    }

    private static LookAgain Sooner(LookAgain one, LookAgain other) =>
        (one, other) switch
        {
            (LookAgain.Now, _) or (_, LookAgain.OnChange) => one,
            (_, LookAgain.Now) or (LookAgain.OnChange, _) => other,
            (LookAgain.After a, LookAgain.After b) => a.Wait <= b.Wait ? a : b,
            _ => other,
        };
}
