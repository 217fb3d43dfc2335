using System.Net;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;

namespace Operator.Tests.Trials.Months.World;

/// <summary>What happens to one request.</summary>
internal enum SimFault
{
    None,

    /// <summary>500, nothing done.</summary>
    Broken,

    /// <summary>429 with a pause.</summary>
    Busy,

    /// <summary>409, nothing done.</summary>
    Conflict,

    /// <summary>No connection, nothing done.</summary>
    Unreachable,

    /// <summary>Done, and the answer is lost.</summary>
    Lost,

    /// <summary>The process ends before it is done.</summary>
    DiesBefore,

    /// <summary>The process ends when it is done.</summary>
    DiesAfter,

    /// <summary>It is on its way until another leads.</summary>
    Late,

    /// <summary>A registry's answer is cut in the middle.</summary>
    Half,

    /// <summary>A registry's answer is another content.</summary>
    Wrong,
}

/// <summary>Decides which requests fail, and how.</summary>
/// <param name="dice">By chance.</param>
/// <param name="plan">How often.</param>
internal sealed class SimFaults(Dice dice, FaultPlan plan)
{
    private static readonly SimFault[] OfReads = [SimFault.Broken, SimFault.Busy, SimFault.Unreachable];

    private static readonly SimFault[] OfWrites =
    [
        SimFault.Broken,
        SimFault.Busy,
        SimFault.Conflict,
        SimFault.Unreachable,
        SimFault.Lost,
    ];

    private static readonly SimFault[] OfRegistries =
    [
        SimFault.Broken,
        SimFault.Busy,
        SimFault.Unreachable,
        SimFault.Lost,
        SimFault.Half,
        SimFault.Wrong,
    ];

    /// <summary>Gets or sets whether anything fails.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>Gets or sets whether the process ends with its next write, which arrives.</summary>
    public bool EndsWithNextWrite { get; set; }

    public int Injected { get; private set; }

    public SimFault OfApi(KubeRequest request, bool isWrite)
    {
        if (isWrite && EndsWithNextWrite)
        {
            EndsWithNextWrite = false;
            return Count(SimFault.DiesAfter);
        }

        if (!IsOn)
        {
            return SimFault.None;
        }

        var chance = dice.For($"api {request}");
        var roll = chance.NextDouble();
        if (isWrite && roll < plan.Crashes)
        {
            return Count(chance.Next(2) == 0 ? SimFault.DiesBefore : SimFault.DiesAfter);
        }

        roll -= plan.Crashes;
        if (isWrite && roll >= 0 && roll < plan.LateWrites)
        {
            return Count(SimFault.Late);
        }

        var kinds = isWrite ? OfWrites : OfReads;
        return chance.NextDouble() < plan.Requests ? Count(kinds[chance.Next(kinds.Length)]) : SimFault.None;
    }

    public SimFault OfRegistry(string request)
    {
        if (!IsOn)
        {
            return SimFault.None;
        }

        var chance = dice.For($"registry {request}");
        return chance.NextDouble() < plan.Requests
            ? Count(OfRegistries[chance.Next(OfRegistries.Length)])
            : SimFault.None;
    }

    public static Exception Answer(SimFault fault, KubeRequest request) =>
        fault switch
        {
            SimFault.DiesBefore or SimFault.DiesAfter => new LeadershipLostException("this process has ended"),
            SimFault.Busy => new KubeApiException("injected: too many requests", request)
            {
                Code = HttpStatusCode.TooManyRequests,
                Reason = "TooManyRequests",
                RetryAfter = TimeSpan.FromSeconds(2),
            },
            SimFault.Conflict => new KubeApiException("injected: conflict", request)
            {
                Code = HttpStatusCode.Conflict,
                Reason = "Conflict",
                Status = new V1Status { Reason = "Conflict" },
            },
            SimFault.Broken => new KubeApiException("injected: internal error", request)
            {
                Code = HttpStatusCode.InternalServerError,
                Reason = "InternalError",
            },
            _ => new KubeApiException("injected: no answer", request) { Reason = "Timeout" },
        };

    private SimFault Count(SimFault fault)
    {
        Injected++;
        return fault;
    }
}
