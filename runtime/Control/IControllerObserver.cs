using GemmaOperator.Runtime.Queueing;

namespace GemmaOperator.Runtime.Control;

/// <summary>Hears about a controller's reconciles, and of its queue.</summary>
internal interface IControllerObserver : IQueueObserver
{
    void WorkersAre(int count);

    void Started();

    void Ended(Attempt attempt, TimeSpan took);
}
