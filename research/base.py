import pickle,numpy as np,time,sys
from sklearn.ensemble import HistGradientBoostingClassifier as H, GradientBoostingClassifier as G
import lightgbm as lgb, xgboost as xgb
from sklearn.metrics import average_precision_score as AP, roc_auc_score as AUC
W=pickle.load(open('weeks.pkl','rb'))
def hg(msl): return lambda X,y,Z: H(early_stopping=False,max_iter=100,learning_rate=.1,max_depth=3,min_samples_leaf=msl).fit(X,y).predict_proba(Z)[:,1]
def lg(mb,msl=20): 
    def f(X,y,Z):
        b=lgb.train(dict(objective='binary',max_bin=mb,min_data_in_leaf=msl,max_depth=3,num_leaves=8,learning_rate=.1,verbose=-1,num_threads=2,min_data_in_bin=1 if mb>255 else 3,bin_construct_sample_cnt=10**7),lgb.Dataset(X,y),100)
        return b.predict(Z)
    return f
def xg(tm,mb=256,mcw=1):
    def f(X,y,Z):
        b=xgb.train(dict(objective='binary:logistic',tree_method=tm,max_bin=mb,max_depth=3,eta=.1,nthread=2,min_child_weight=mcw),xgb.DMatrix(X,y),100)
        return b.predict(xgb.DMatrix(Z))
    return f
def ex(X,y,Z): return G(max_depth=3,n_estimators=100,learning_rate=.1,random_state=0).fit(X,y).predict_proba(Z)[:,1]
M={'hgb20':hg(20),'hgb1':hg(1),'lgb255':lg(255),'lgb255_1':lg(255,1),'lgb1023':lg(1023),'lgb4095':lg(4095),'lgb65k':lg(65535),'lgb65k_1':lg(65535,1),'xgbexact':xg('exact'),'xgbexact0':xg('exact',256,0),'xgbhist256':xg('hist'),'xgbhist1024':xg('hist',1024),'xgbhist4096':xg('hist',4096),'xgbhist65k':xg('hist',65536)}
if len(sys.argv)>1: M={'skexact':ex}
R={k:[] for k in M}; T={k:[] for k in M}
for w,(X,y,Z,z) in W.items():
    row=[]
    for k,m in M.items():
        t=time.time(); p=m(X,y,Z); T[k].append(time.time()-t); R[k].append(AP(z,p)); row.append(f'{k} {R[k][-1]:.3f}')
    print(w,' '.join(row),flush=True)
for k in M: print(f'{k:12s} mean {np.mean(R[k]):.4f} sd {np.std(R[k]):.4f} base {R[k][list(W).index(115)]:.4f} t {np.median(T[k]):.2f}')
pickle.dump(R,open(f'base{len(sys.argv)}.pkl','wb'))
