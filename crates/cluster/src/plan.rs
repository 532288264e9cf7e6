//! A bucket as a plan of Ballista: one node, which the executor that gets it runs to the end or not at all.
//!
//! There is no exchange between executors, and so nothing of a bucket that one executor had and another one lacks. When
//! Ballista 55 loses an executor between two stages it can report success without the rows of the lost one.

use std::{fmt, sync::Arc};

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::{
    arrow::datatypes::SchemaRef,
    common::tree_node::TreeNodeRecursion,
    error::{DataFusionError, Result},
    execution::TaskContext,
    physical_expr::{EquivalenceProperties, PhysicalExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties, ReplaceChildrenOptions,
        SendableRecordBatchStream,
        execution_plan::{Boundedness, EmissionType},
        stream::RecordBatchStreamAdapter,
    },
};
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::{batches, worker::Worker};

/// What is to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Task {
    /// The program that asks.
    pub(crate) identity: String,
    pub(crate) work: Work,
    pub(crate) from: Option<String>,
    pub(crate) before: Option<String>,
}

/// What the buckets of a year have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Work {
    /// The snapshot by its number and the instant of its batch.
    pub(crate) snapshot: (i64, Option<String>),
    /// The rulebook's name and text.
    pub(crate) rulebook: (String, String),
    pub(crate) year: String,
}

/// The node.
#[derive(Debug)]
pub(crate) struct CountBucket {
    task: Task,
    worker: Option<Arc<Worker>>,
    properties: Arc<PlanProperties>,
}

impl CountBucket {
    /// The node of a task; only an executor has a worker, and can run it.
    pub(crate) fn new(task: Task, worker: Option<Arc<Worker>>) -> Self {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(batches::schema()),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        ));
        Self { task, worker, properties }
    }
}

impl DisplayAs for CountBucket {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountBucket: year={}, from={:?}, before={:?}", self.task.work.year, self.task.from, self.task.before)
    }
}

impl ExecutionPlan for CountBucket {
    fn name(&self) -> &'static str {
        "CountBucket"
    }

    fn schema(&self) -> SchemaRef {
        batches::schema()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, _: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let Some(worker) = self.worker.clone() else {
            return Err(DataFusionError::Internal("buckets are counted by executors only".to_owned()));
        };
        let task = self.task.clone();
        let counted = async move { worker.count(task).await.map(|rows| futures::stream::iter(rows).map(Ok)) };
        let rows = futures::stream::once(counted).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(batches::schema(), rows)))
    }
}

/// In front of a node of ours; Ballista's own are a message of protobuf, which cannot begin with a null.
const MARK: &[u8] = b"\0waymark bucket\0";

/// Puts nodes into bytes and back.
#[derive(Debug, Default)]
pub(crate) struct Codec {
    ballista: BallistaPhysicalExtensionCodec,
    worker: Option<Arc<Worker>>,
}

impl Codec {
    /// The codec of an executor.
    pub(crate) fn of_executor(worker: Arc<Worker>) -> Self {
        Self { worker: Some(worker), ..Self::default() }
    }
}

impl PhysicalExtensionCodec for Codec {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(task) = bytes.strip_prefix(MARK) else {
            return self.ballista.try_decode(bytes, inputs, context, converter);
        };
        let task = serde_json::from_slice(task).map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(Arc::new(CountBucket::new(task, self.worker.clone())))
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(bucket) = node.downcast_ref::<CountBucket>() else {
            return self.ballista.try_encode(node, bytes, converter);
        };
        bytes.extend_from_slice(MARK);
        serde_json::to_writer(bytes, &bucket.task).map_err(|error| DataFusionError::External(Box::new(error)))
    }
}
