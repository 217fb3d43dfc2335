using GemmaOperator.Runtime.Queueing;

namespace GemmaOperator.Runtime.Control;

/// <summary>Told about a controller's reconciles; hears of its queue too.</summary>
internal interface IControllerObserver : IQueueObserver
{
    void WorkersAre(int count);

    void Started();

    void Ended(Attempt attempt, TimeSpan took);
}
