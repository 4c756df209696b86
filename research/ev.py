import pickle,numpy as np,time,sys
from sklearn.ensemble import HistGradientBoostingClassifier as H
import lightgbm as lgb, xgboost as xgb
from sklearn.metrics import average_precision_score as AP, roc_auc_score as AUC
W=pickle.load(open('/tmp/bins/weeks.pkl','rb'))
def hg(msl=20,l2=0,mb=255,**k): return lambda X,y,Z: H(early_stopping=False,max_iter=100,learning_rate=.1,max_depth=3,min_samples_leaf=msl,l2_regularization=l2,max_bins=mb,**k).fit(X,y).predict_proba(Z)[:,1]
def lg(mb,msl=20,l2=1,msh=1e-3,**kw): 
    def f(X,y,Z):
        b=lgb.train(dict(objective="binary",force_col_wise=True,max_bin=mb,min_data_in_leaf=msl,max_depth=3,num_leaves=8,learning_rate=.1,verbose=-1,num_threads=1,lambda_l2=l2,min_sum_hessian_in_leaf=msh,min_data_in_bin=1,bin_construct_sample_cnt=10**7,**kw),lgb.Dataset(X,y),100)
        return b.predict(Z)
    return f
def xg(tm,mb=256,mcw=1,l2=1,**kw):
    def f(X,y,Z):
        b=xgb.train({**dict(objective='binary:logistic',tree_method=tm,max_bin=mb,max_depth=3,eta=.1,nthread=1,min_child_weight=mcw,reg_lambda=l2),**kw},xgb.DMatrix(X,y),100)
        return b.predict(xgb.DMatrix(Z))
    return f
def run(M,weeks=None,verbose=False):
    R={}; ws=weeks or list(W)
    for k,m in M.items():
        T=[];R[k]=[]
        for w in ws:
            X,y,Z,z=W[w]
            t=time.time(); p=m(X,y,Z); T.append(time.time()-t); R[k].append(AP(z,p))
        print(f'{k:30s} mean {np.mean(R[k]):.4f} sd {np.std(R[k]):.4f} min {np.min(R[k]):.4f} base {R[k][ws.index(115)] if 115 in ws else 0:.4f} t {np.median(T):.2f}',flush=True)
    return R
